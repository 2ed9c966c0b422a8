package journal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
)

// childVariable makes the test's own binary a process that records, for as long as it may: its value is
// the journal's path.
const childVariable, nameVariable, countVariable = "TENANTRY_TEST_JOURNAL", "TENANTRY_TEST_NAME", "TENANTRY_TEST_COUNT"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		if err := child(path, os.Getenv(nameVariable), os.Getenv(countVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const batchSize = 3

// child records batches of entries, and says the number of the last once it is recorded.
func child(path, name, count string) error {
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	ctx := context.Background()
	j, err := Open(ctx, specAt("sqlite:"+path))
	if err != nil {
		return err
	}
	for i := 0; i < n; {
		var batch []plan.Entry
		for range batchSize {
			batch = append(batch, plan.Entry{What: plan.Intended, Run: name, Object: strconv.Itoa(i), Text: "some words, so that it fills pages"})
			i++
		}
		first, err := j.Record(ctx, batch...)
		if err != nil {
			return err
		}
		fmt.Println(first + int64(len(batch)) - 1)
	}
	return j.Close()
}

func begin(t *testing.T, path, name string, count int) (*exec.Cmd, io.Reader) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childVariable+"="+path, nameVariable+"="+name, countVariable+"="+strconv.Itoa(count))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c, out
}

// said is the last number that a child has said; heard is called after each.
func said(out io.Reader, heard func()) int64 {
	last := int64(0)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
			last = n
			heard()
		}
	}
	return last
}

// A process is killed at a random moment, again and again, on one file: while it makes the file, while
// it writes, between the transaction and its note. Nothing that it was told to be recorded is lost, and
// of each batch there is all or nothing. The first one lives until it has recorded something, which says how
// long that takes on this machine; the others die within twice that time.
func TestS21TheChainVerifiesAfterAnyCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	acknowledged, kills := int64(0), 24
	if testing.Short() {
		kills = 6
	}
	began := time.Now()
	c, out := begin(t, path, "first", 1<<30)
	acknowledged = said(out, func() { c.Process.Kill() })
	c.Wait()
	usual := time.Since(began)
	if acknowledged == 0 {
		t.Fatal("the first process recorded nothing")
	}
	whole(t, path, acknowledged)
	for i := range kills {
		c, out := begin(t, path, strconv.Itoa(i), 1<<30)
		death := time.AfterFunc(rand.N(2*usual), func() { c.Process.Kill() })
		acknowledged = max(acknowledged, said(out, func() {}))
		death.Stop()
		c.Wait()
		whole(t, path, acknowledged)
	}
	t.Logf("%d records, %d processes killed", acknowledged, kills)
}

// whole opens a journal after a crash.
func whole(t *testing.T, path string, acknowledged int64) {
	t.Helper()
	j, err := Open(t.Context(), specAt("sqlite:"+path))
	if err != nil {
		t.Fatalf("after record %d: %v", acknowledged, err)
	}
	defer j.Close()
	if v := verify(t, j); !v.OK() || v.Records < acknowledged {
		t.Fatalf("the verdict is %+v, and %d records were acknowledged", v, acknowledged)
	}
	batches := map[string]int{}
	for _, r := range entries(t, j, Filter{}) {
		batches[r.Run] = max(batches[r.Run], mustInt(t, r.Object)+1)
	}
	for run, n := range batches {
		if n%batchSize != 0 {
			t.Errorf("run %s ended with record %d of its own, within a batch", run, n)
		}
	}
}

func mustInt(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestS21SeveralProcessesShareOneFile(t *testing.T) {
	const processes, each = 4, 120
	path := filepath.Join(t.TempDir(), "j.db") // they race for making it, too
	var children []*exec.Cmd
	for p := range processes {
		c, out := begin(t, path, strconv.Itoa(p), each)
		go io.Copy(io.Discard, out)
		children = append(children, c)
	}
	for _, c := range children {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	j := open(t, specAt("sqlite:"+path))
	next := map[string]int{}
	for _, r := range entries(t, j, Filter{}) {
		if r.Object != strconv.Itoa(next[r.Run]) {
			t.Fatalf("record %d is number %s of process %s, and should be %d", r.Seq, r.Object, r.Run, next[r.Run])
		}
		next[r.Run]++
	}
	for p := range processes {
		if next[strconv.Itoa(p)] < each {
			t.Errorf("process %d has recorded %d", p, next[strconv.Itoa(p)])
		}
	}
	if v := verify(t, j); !v.OK() {
		t.Errorf("the verdict is %+v", v)
	}
}

// Many open a journal that is not there yet at the same moment. One of them makes it, and to the others it is
// neither damaged nor another program's while it is being made.
func TestManyFoundOneFile(t *testing.T) {
	for i := range 40 {
		spec := specAt("sqlite:" + filepath.Join(t.TempDir(), "j.db"))
		var group errgroup.Group
		for range 8 {
			group.Go(func() error {
				j, err := Open(context.Background(), spec)
				if err != nil {
					return err
				}
				return j.Close()
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatalf("time %d: %v", i, err)
		}
	}
}
