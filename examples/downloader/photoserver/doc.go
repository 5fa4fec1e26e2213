// Photoserver is the server of the downloader example: plain net/http.
//
//	POST /login          name and password, a line each; answers a token
//	GET  /photos         the user's photos: a name and a SHA-256 a line
//	GET  /photos/{name}  a photo, a PNG
//	GET  /manifest       all photos of all users, at once and without a token
//
// All but the last want "Authorization: Bearer TOKEN" and answer after a delay.
//
// It prints its address when it is ready, and ends when its standard input does:
// so it never outlives the program that started it. Some flags make it misbehave.
package main
