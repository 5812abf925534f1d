// Package singer is the Singer protocol: its catalog and state as they are read and
// written, SCHEMA, RECORD and STATE messages, and the command that syncs or
// discovers.
//
// It promises that every form of a catalog or state that Singer's tools are known
// to write is read, that what a state holds of others leaves as it came, and that
// the last line of a run is a STATE.
package singer
