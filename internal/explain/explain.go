// Package explain says why: for a person, a group or a namespace, what is there, what should be, because of what, and
// what is in the way.
//
// The package is pure: it finds the reasons in what was read, what is wanted, what is planned and what was recorded.
package explain
