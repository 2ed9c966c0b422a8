// Package arch holds the house to its plan: which room may import which, what the pure rooms may not
// know, what is written about each package, and which modules go into the program. It has nothing
// but tests.
//
//	arrows_test.go    the table of rooms and of what each may import; the same table is in docs/design.md
//	comments_test.go  a package comment for every package, a doc comment for everything exported
//	calls_test.go     the calls to AWS are a list in SECURITY.md
//	holds_test.go     every code of a hold is on the page docs/holds.md
//	modules_test.go   the modules that are linked into the program are a file, docs/modules.txt
//	threats_test.go   every threat, and every test that proves its defence, is on the page docs/threats.md
//	source_test.go    reads the source tree; nothing is compiled for it
//
// The tables in docs are written by
//
//	go generate ./internal/arch
package arch
