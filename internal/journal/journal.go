// Package journal keeps the history: what tenantry meant to do, did, was refused and found, when, and
// because of what. It keeps the pause too, since a pause is a line of the history.
//
// A Journal numbers what it is told, gives it the time and chains it; a store keeps it. There are three
// stores, and one suite of tests that all of them pass (journaltest):
//
//	sqlite.go   a SQLite file (append.go, read.go, schema.go): outlives the process, and several
//	            processes on one machine share it
//	table.go    rows of a table (table_*.go): outlives machines, and any number of processes share it,
//	            wherever they are. What a table is, is an interface, which package awsapi fits
//	memory.go   a bounded ring: ends with the process, and says so (Durable)
//
// Nothing about AWS is ever decided by the history alone. What is lost with it is the history, and the
// counts of the day (Gains), with which the brake on additions begins anew.
//
// # The chain
//
// Each record has a sum: SHA-256 over the sum before it, its number, its time and its content as it is
// stored. The first stands on the seal, which says whose journal it is and when it began. So the chain
// proves that no record was changed, taken out of the middle, put in between or moved from another
// journal without everything behind it being made anew. It does not prove who wrote it: there is no
// key, and whoever can write the file can write another whole chain, or cut off its end. A Head (the
// number and the sum of a record) that is kept elsewhere pins all that came before it: see Verify.
//
// # What is never silently taken
//
// Another account's file, a newer tenantry's, another program's, a damaged one, one that was exchanged
// while it was open, and one that has fewer records than it had (head.go; of a table, while a process
// lives). Each is an *Error that says what to do.
package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Spec says which journal is meant.
type Spec struct {
	// Place is "sqlite:PATH", "dynamodb:TABLE" or "memory".
	Place string
	// Table is the table of "dynamodb:TABLE".
	Table Table
	// Account and Store are whose history it is. A file of others is refused.
	Account tenancy.AccountID
	Store   tenancy.StoreID
	// Reading opens it to be read, by whoever may not write: none is begun, and Open then answers an error that is
	// fs.ErrNotExist; nothing is noted in it; and Record is refused.
	Reading bool
	// Capacity is how many records a journal in memory has room for; 0 means 10,000.
	Capacity int
}

// Journal is an open history. Its methods may be called by many goroutines.
type Journal struct {
	store store
	seal  seal
	born  time.Time
	reads bool // see Spec.Reading
}

// store keeps the records of one journal.
type store interface {
	// append keeps the records that chain makes of the newest there is, all or none. No other writer
	// comes between, in this process or in another.
	append(ctx context.Context, chain func(newest Head) []Record) error
	// paused answers the newest record that begins or ends a pause, the zero Record for none. It is
	// called before every write to AWS.
	paused(ctx context.Context) (Record, error)
	// gains answers who came into each namespace since a time, and how many namespaces were created.
	gains(ctx context.Context, since time.Time) (people map[string]int, namespaces int, err error)
	// losses answers which users of each namespace lost something since a time, sorted.
	losses(ctx context.Context, since time.Time) (map[string][]string, error)
	// scan calls a function with each record that a filter may want, in order, until it answers false.
	scan(ctx context.Context, f Filter, each func(Record) bool) error
	// check looks for damage that the chain does not show, and answers what it is, "" for none.
	check(ctx context.Context) (string, error)
	// before is what the oldest record stands on, and the newest record that was there at some time.
	before(ctx context.Context) (oldest, newest Head, err error)
	durable() bool
	close() error
}

// Open opens a journal. A file is made where there is none, unless the Spec forbids it, for its owner
// alone; its directory has to be there.
func Open(ctx context.Context, spec Spec) (*Journal, error) {
	if spec.Account == "" || spec.Store == "" {
		return nil, errors.New("open the journal: it is not said whose it is")
	}
	j, err := openPlace(ctx, spec)
	if err == nil {
		j.reads = spec.Reading
	}
	return j, err
}

func openPlace(ctx context.Context, spec Spec) (*Journal, error) {
	kind, name, _ := strings.Cut(spec.Place, ":")
	switch {
	case kind == "sqlite" && name != "":
		return openFile(ctx, name, spec)
	case kind == "dynamodb" && name != "":
		return openTable(ctx, spec)
	case spec.Place == "memory":
		return openMemory(spec), nil
	}
	return nil, fmt.Errorf("open the journal: %q is neither sqlite:PATH, dynamodb:TABLE nor memory", spec.Place)
}

// longestText is how much of an entry's words is kept, in bytes. What the world outside sends as an
// error or as a message must not fill the disk.
const longestText = 4 << 10

// Record adds entries to the history, all or none, and answers the number of the first; the others
// follow it without a gap. When it has answered, they outlive the process, and in a file the machine's
// power. An error means that none of them is in the history, except when it came from the very end of
// writing: then all may be. Words that are longer than 4 KiB are cut. What is more than a table takes at
// once, some 30 MB of ordinary entries, is an error that wraps ErrTooMuch, and none of it is recorded; nor is anything in a
// journal that was opened to be read (ErrReading).
//
// Give it a context that lives (context.WithoutCancel) for the outcome of what was done already.
func (j *Journal) Record(ctx context.Context, entries ...plan.Entry) (int64, error) {
	switch {
	case j.reads:
		return 0, fmt.Errorf("record in the journal: %w", ErrReading)
	case len(entries) == 0:
		return 0, errors.New("record: no entry")
	}
	contents := make([][]byte, len(entries))
	for i, e := range entries {
		var err error
		if contents[i], err = encode(e); err != nil {
			return 0, fmt.Errorf("record: %w", err)
		}
	}
	var first int64
	err := j.store.append(ctx, func(newest Head) []Record {
		first = newest.Seq + 1
		return link(newest, time.Now(), entries, contents)
	})
	if err != nil {
		return 0, fmt.Errorf("record in the journal: %w", err)
	}
	return first, nil
}

// Pause answers the pause that is in force, the zero Pause for none. Of several the one that began last
// counts; it ends with its time or with a PauseEnded. An error means that nobody knows, so that nothing
// may be written.
func (j *Journal) Pause(ctx context.Context) (plan.Pause, error) {
	r, err := j.store.paused(ctx)
	if err != nil {
		return plan.Pause{}, fmt.Errorf("read the pause: %w", err)
	}
	if r.What != plan.PauseBegan || r.Until != 0 && time.Now().Unix() >= r.Until {
		return plan.Pause{}, nil
	}
	return plan.Pause{Since: r.Time.Unix(), Until: r.Until, Because: r.Text, By: r.Actor, Removals: r.Removals}, nil
}

// Gains answers what was added since a time, as far as it is known: a journal in memory remembers two
// days, and no more than its process lives. A person is known by their id, and where that is not
// recorded by their user name.
func (j *Journal) Gains(ctx context.Context, since time.Time) (plan.Gains, error) {
	people, namespaces, err := j.store.gains(ctx, since)
	if err != nil {
		return plan.Gains{}, fmt.Errorf("count the day's gains: %w", err)
	}
	g := plan.Gains{People: map[tenancy.Namespace]int{}, Namespaces: namespaces}
	for name, n := range people {
		if in, err := tenancy.ParseNamespace(name); err == nil { // nobody writes to another
			g.People[in] = n
		}
	}
	return g, nil
}

// Losses answers which users lost a registration or a membership since a time, or were to, each once, as far as it is
// known: see Gains. What was meant counts, whatever became of it: so two who ask at the same time see each other.
func (j *Journal) Losses(ctx context.Context, since time.Time) (plan.Losses, error) {
	users, err := j.store.losses(ctx, since)
	if err != nil {
		return nil, fmt.Errorf("count the day's removals: %w", err)
	}
	losses := plan.Losses{}
	for name, all := range users {
		in, err := tenancy.ParseNamespace(name)
		for _, user := range all {
			if err == nil {
				losses[in] = append(losses[in], tenancy.UserName(user))
			}
		}
	}
	return losses, nil
}

// lost reports whether an entry says that somebody has lost something, or is about to. Who is registered anew under
// another role has lost nothing.
func lost(e plan.Entry) bool {
	return e.Code != string(plan.SignInRoleReplaced) && (e.What == plan.Done || e.What == plan.Intended) && (e.Kind == plan.KindRemoveMember || e.Kind == plan.KindRemoveRegistration)
}

// gained reports whether an entry says that someone came into a namespace, or that one was created.
func gained(e plan.Entry) (person, namespace bool) {
	if e.What != plan.Done || e.Code != "" { // what was allowed by name does not count
		return false, false
	}
	return e.Kind == plan.KindRegister || e.Kind == plan.KindAddMember && e.Group != tenancy.CustodiansGroup, e.Kind == plan.KindCreateNamespace
}

// Durable reports whether the history outlives the process.
func (j *Journal) Durable() bool { return j.store.durable() }

// Born is when the journal began, or when a table with it was brought back from a backup: when that was noticed, or now,
// where nobody has noted it yet. One that is younger than a day does not know what was done yesterday.
func (j *Journal) Born(context.Context) time.Time { return j.born }

// Close ends the use of the journal. What was recorded is kept.
func (j *Journal) Close() error { return j.store.close() }
