// Downloader downloads the photos of many users at once. It is plain blocking
// code that runs in three ways: one user after the other, on a goroutine for each
// user, and green, all users on one hub.
//
// What is downloaded, and how, is in downloader.go and http.go. All other files
// are there to show it: modes.go runs it, each mode in a process of its own;
// measure.go, verify.go and table.go say what came of it; server.go starts the
// server. Those are plain, and call what is marked as they call everything else.
package main
