//go:build !linux

package main

func measure() func() usage { return func() usage { return usage{} } }

const memoryFolder = "" // none that every system has
