// Package systemtest proves the promises of the whole program: engine, rules, plan and awsapi with
// the real AWS SDK, over the simulated AWS of package awssim, on fake time. It has nothing but tests.
//
// # The rig
//
// A rig (rig_test.go) is one world, one configuration and any number of processes. A process is an
// app.App with a line of its own to the simulator: the line can be cut, which is how a process dies
// between two calls. Every test runs in a testing/synctest bubble, so that hours of waiting pass at
// once and nothing depends on how busy the machine is.
//
//	world_test.go      worlds: N tenants of P people, and what else a test puts into them
//	rig_test.go        the rig, and its processes
//	directory_test.go  what people do meanwhile: in Identity Center, and by hand in QuickSight
//	promise_test.go    what is checked after every single call
//	truth_test.go      what is true, and was until lately, by a reading of its own
//	doubt_test.go      what is checked after every ambiguous answer
//
// # Promises, after every call
//
// The checker looks at the truth (the simulator's tables, not what any call answered) after each
// effect, before any other can happen. It knows nothing of the code under test: it has its own
// reading of group names, and its own history of who was in which group until when. A breach is a
// story: the promise, the call, the truth, and the calls before it.
//
// # Faults
//
// A test is named after the fault that it injects (F4, F24, ...), and says what must come of it. Faults
// that hold for every kind of write are tried for every kind of write. A crash is tried at every call
// of a run, before and after its effect.
//
// # Model
//
// TestModel (model_test.go) draws worlds, changes, faults and interruptions at random, and applies
// in between. The promises hold throughout; and when the faults stop, two applies are enough: a plan
// has nothing to do, and another apply writes nothing. More of it:
//
//	go test ./internal/systemtest -run Model -rapid.checks 1000
//
// TestServeModel (servemodel_test.go) does the same with processes that serve: every change of the directory sends its
// events, by way of a fake queue that loses, doubles, delays and disorders them. A failure prints a seed, which draws
// the same case again; goroutines may still take turns in another way, so a failure may need some runs:
//
//	go test ./internal/systemtest -run ServeModel -rapid.seed SEED -count 20
//	go test ./internal/systemtest -run ServeModel -rapid.checks 2000
//
// Two processes that do the same at once are tried on purpose, too: one falls asleep at each of its readings, and goes on when
// another one has done the work, or has fallen asleep itself (asleep_test.go):
//
//	go test ./internal/systemtest -run TwoFallAsleep -rapid.checks 4000
//
// # Serving
//
// A servant (serving_test.go) is a process that serves. It has a way to its queue that is cut with its line. The queue is an
// office (office_test.go), or, in wholeway_test.go, the simulated SQS that the trail fills.
//
// # Costs
//
// Calls are counted, not timed (cost_test.go). TestCostFloor compares small accounts with the least
// that the APIs allow; the large account is a benchmark:
//
//	go test ./internal/systemtest -run NONE -bench Cost -benchtime 1x
//	go test ./internal/systemtest -run NONE -bench 'Storm|Hint' -benchtime 1x
package systemtest
