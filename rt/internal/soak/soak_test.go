package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSoak(t *testing.T) { require.Zero(t, run(2*time.Second)) }
