// Package object reads and writes JSON documents that keep the order of their
// members: catalogs, states, bookmarks and settings.
//
// It promises that what it reads of a file is UTF-8 and one whole document, that
// its errors quote nothing of the document, which may hold a secret, and that
// what it writes stands on one line. It knows nothing of who writes the documents.
package object
