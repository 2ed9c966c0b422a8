// Package planted asks of the tests what they are for: does anybody notice when the program breaks a promise? It is a
// list of bugs (bugs.txt), each of them one that somebody could make in a hurry, with the promise that it breaks and the
// narrowest test that must find it; and the test that plants them, one at a time. It has nothing but this test.
//
//	go test ./internal/planted            the list is not stale: each bug's place is there, just once, and so is its test
//	go test ./internal/planted -planted   each bug is planted, and must be found: some minutes; .ci/run planted, make planted
//
// Nothing in the source tree is ever touched (`go test -overlay`). Nearly all bugs are compiled in at once: a function that
// some of them are in gets a twin for each, and the environment says which one is called (twins_test.go, garden_test.go). The
// few that are in no function's body are planted by themselves. What is run is the one test that must find the bug. Before any
// bug, all of these tests are run as things are: a test that fails anyhow finds nothing.
//
// # When it fails
//
//	nobody noticed     the tests are too weak: write the one that is missing, where it belongs, the smallest that finds the bug
//	the list is stale  the text has moved on: plant the bug in what is there now. Let it go only with what it could break
//	does not compile   the compiler noticed, which is no test's merit: write it so that it compiles
//	does not end       a test has to tell what is wrong, and not to wait until somebody loses patience
//
// Whoever builds something new that a promise hangs on plants a bug in it.
package planted
