// Package world is the one world that every room of the simulated AWS shares:
// its tables, its lock and its clock.
//
// # Tables
//
// A [World] holds the QuickSight account (namespaces with their users, groups
// and memberships, custom permissions profiles, settings, and in each Region
// assets with the permissions on them and the folders they are in), the directory of IAM
// Identity Center (users, groups, memberships), its permission sets and account
// assignments, IAM roles, users and groups of the account, its SQS queues with their messages, its
// DynamoDB tables with their items,
// and who signs with which access key. Rows are values in ordered [Table]s: pages start anywhere in logarithmic
// time, insertion moves few rows, and a table can show itself as it was a
// moment ago, which is how lagging replicas are simulated ([World.View]).
//
// # Lock and clock
//
// There is one lock. Rooms are called with it held; everybody else takes it
// with Lock, which also lets everything happen that time has brought since
// (namespaces that become ready, namespaces that are gone). The clock is a
// function, time.Now unless told otherwise, so inside a testing/synctest bubble
// the world lives on fake time. Nothing in the world waits or starts a
// goroutine. Identifiers come from a counter, so the same calls on the same
// seed give the same world.
//
// # The trail
//
// What happens is told with [World.Happened], as an [Activity]: by the dispatcher
// for calls, and by rooms for what is no call or has another shape there. Where
// [Behaviour] has a [Trail], it becomes the event that EventBridge would hand to
// an SQS target, late, twice or never as the trail says, in the queues.
//
// # The world file
//
// A [Seed] is a world as JSON: what New reads is what Dump writes, and a world
// that is dumped, read and dumped again gives the same bytes. Unknown fields are
// refused by name. Everything but account_id may be left out:
//
//	{
//	  "account_id": "111122223333",
//	  "quicksight": {
//	    "identity_region": "us-east-1",
//	    "namespaces": [
//	      {"name": "acme",
//	       "users": [{"role_arn": "arn:aws:iam::111122223333:role/QuickSight", "session": "ana",
//	                  "email": "ana@acme.example", "role": "READER"}],
//	       "groups": [{"name": "acme", "members": ["QuickSight/ana"]}]}
//	    ]
//	  },
//	  "identity_center": {
//	    "identity_store_id": "d-1234567890",
//	    "users": [{"user_name": "ana", "email": "ana@acme.example"}],
//	    "groups": [{"display_name": "qs:acme", "members": ["ana"]}]
//	  },
//	  "iam": {"roles": [{"name": "QuickSight"}]},
//	  "queues": [{"name": "tenantry-events", "visibility_timeout": "1m0s",
//	              "redrive": {"dead_letter_queue": "tenantry-dead-letters", "max_receive_count": 5}},
//	             {"name": "tenantry-dead-letters"}],
//	  "tables": [{"name": "tenantry", "partition_key": "journal", "sort_key": "row"}],
//	  "behaviour": {"namespace_create_delay": "0s", "trail": {"queues": ["tenantry-events"]}}
//	}
package world

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"
)

// World is everything the simulated AWS knows. Make it with New.
type World struct {
	Account   string // the account's id, 12 digits
	Partition string // "aws"

	QuickSight *QuickSight
	Directory  *Directory
	SSO        *SSO
	IAM        *IAM
	STS        *STS
	Queues     *Queues
	Tables     *ItemTables
	History    *History
	Events     *Events

	mu        sync.Mutex
	clock     func() time.Time
	past      *past
	behaviour Behaviour
	trails    []CloudTrail // nil: the world file names none
	ids       uint64
	happened  uint64 // activities that the trail has told of
}

// Lock takes the world's lock, and lets happen what time has brought.
func (w *World) Lock() {
	w.mu.Lock()
	w.QuickSight.settle()
	w.SSO.settle()
}

// Unlock releases the world's lock.
func (w *World) Unlock() { w.mu.Unlock() }

// Now is the world's time.
func (w *World) Now() time.Time { return w.clock() }

// Behaviour gives how the world behaves, not to be changed. The lock must be
// held.
func (w *World) Behaviour() Behaviour { return w.behaviour }

// Change changes how the world behaves from now on. It takes the lock.
func (w *World) Change(change func(*Behaviour)) error {
	w.Lock()
	defer w.Unlock()
	b := w.behaviour.clone()
	change(&b)
	if err := b.check(); err != nil {
		return err
	}
	w.setBehaviour(b)
	return nil
}

// SetBehaviour is Change to b.
func (w *World) SetBehaviour(b Behaviour) error {
	return w.Change(func(old *Behaviour) { *old = b.clone() })
}

func (w *World) setBehaviour(b Behaviour) {
	w.behaviour = b
	w.past.keep = time.Duration(b.SearchLag)
	for _, d := range b.StaleReads {
		w.past.keep = max(w.past.keep, time.Duration(d))
	}
}

// View is the moment as of which reads of service ("quicksight") show the
// world: now, unless stale reads are simulated. The lock must be held.
func (w *World) View(service string) View {
	if d := w.behaviour.StaleReads[service]; d > 0 {
		return View{at: w.Now().Add(-time.Duration(d))}
	}
	return View{}
}

// SearchView is the moment as of which searches for assets show the world: as
// long ago as they lag, or as reads of QuickSight are stale if that is longer.
// The lock must be held.
func (w *World) SearchView() View {
	d := max(w.behaviour.SearchLag, w.behaviour.StaleReads["quicksight"])
	if d == 0 {
		return View{}
	}
	return View{at: w.Now().Add(-time.Duration(d))}
}

// NewID gives a new identifier in the form of a UUID. The lock must be held.
func (w *World) NewID() string {
	w.ids++
	return derivedID(w.Account, fmt.Sprint(w.ids))
}

// derivedID gives an identifier in the form of a UUID that depends on parts
// only.
func derivedID(parts ...string) string {
	h := sha256.Sum256([]byte(Key(parts...)))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// ARN gives an Amazon Resource Name of the account: service and Region may be
// followed by any resource, as in ARN("quicksight", "us-east-1",
// "namespace/acme").
func (w *World) ARN(service, region, resource string) string {
	return "arn:" + w.Partition + ":" + service + ":" + region + ":" + w.Account + ":" + resource
}
