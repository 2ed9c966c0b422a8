//go:build !tenantry.lambda

package journal

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
)

// filled is the path of a journal with records, all of them in the write-ahead log or none.
func filled(t *testing.T, n int, inLog bool) (path string, want []Record) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "j.db")
	j, err := Open(t.Context(), specAt("sqlite:"+path))
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		record(t, j, registered(fmt.Sprint("p", i), "acme"))
	}
	want = entries(t, j, Filter{})
	if !inLog {
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		return path, want
	}
	t.Cleanup(func() { j.Close() })
	return path, want
}

// copied copies a journal's files, as they are, to another folder.
func copied(t *testing.T, path string, without ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "j.db")
	for _, suffix := range []string{"", "-wal", "-head"} {
		data, err := os.ReadFile(path + suffix)
		if err == nil && !slices.Contains(without, suffix) {
			write(t, to+suffix, data)
		}
	}
	return to
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func refuses(t *testing.T, path string, kind error) {
	t.Helper()
	j, err := Open(t.Context(), specAt("sqlite:"+path))
	var known *Error
	if err == nil {
		j.Close()
	}
	if !errors.Is(err, kind) || !errors.As(err, &known) || known.Hint() == "" || !strings.Contains(err.Error(), path) {
		t.Errorf("opening it says %v, want %v, with the path and a hint", err, kind)
	}
}

// same makes sure that what is there is a beginning of what was.
func same(t *testing.T, j *Journal, want []Record) int {
	t.Helper()
	got := entries(t, j, Filter{})
	if len(got) > len(want) {
		t.Fatalf("there are %d records, and there were %d", len(got), len(want))
	}
	for i := range got {
		if got[i].Sum != want[i].Sum || !bytes.Equal(got[i].content, want[i].content) {
			t.Fatalf("record %d is another", i+1)
		}
	}
	return len(got)
}

// The log is cut off anywhere, as by a torn write. What is left is a whole beginning, and it can be
// gone on from.
func TestF25TornTail(t *testing.T) {
	path, want := filled(t, 12, true)
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	lengths := map[int]bool{}
	for i := range 40 {
		torn := copied(t, path, "-head")
		end := len(log) * i / 40
		write(t, torn+"-wal", append(log[:end:end], bytes.Repeat([]byte{0xa5}, i*7)...))
		j, err := Open(t.Context(), specAt("sqlite:"+torn))
		if err != nil {
			t.Fatalf("cut at %d of %d: %v", end, len(log), err)
		}
		n := same(t, j, want)
		lengths[n] = true
		if first := record(t, j, registered("late", "acme")); first != int64(n+1) {
			t.Errorf("it goes on with %d after %d", first, n)
		}
		if v := verify(t, j); n > 0 && !v.OK() {
			t.Errorf("cut at %d: %+v", end, v)
		}
		j.Close()
	}
	if len(lengths) < 5 {
		t.Errorf("the cuts left only these lengths: %v", lengths)
	}
}

// With the note, the same loss is told.
func TestF26LostLogIsDetected(t *testing.T) {
	path, _ := filled(t, 12, true)
	refuses(t, copied(t, path, "-wal"), ErrRolledBack)
	if j := open(t, specAt("sqlite:"+copied(t, path))); len(entries(t, j, Filter{})) != 12 {
		t.Error("the whole copy has not everything")
	}
}

func TestF26OlderCopyIsDetected(t *testing.T) {
	path, _ := filled(t, 3, false)
	older, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	j := open(t, specAt("sqlite:"+path))
	record(t, j, registered("late", "acme"))
	j.Close()
	write(t, path, older)
	refuses(t, path, ErrRolledBack)

	// It is no better when the older copy has gone on without the note.
	note, _ := os.ReadFile(path + "-head")
	os.Remove(path + "-head")
	j = open(t, specAt("sqlite:"+path))
	record(t, j, registered("other", "acme"), registered("more", "acme"))
	j.Close()
	write(t, path+"-head", note)
	refuses(t, path, ErrRolledBack)

	os.Remove(path)
	refuses(t, path, ErrRolledBack)
	write(t, path, nil)
	refuses(t, path, ErrRolledBack)
}

func TestF26ReplacedWhileItIsOpen(t *testing.T) {
	path, _ := filled(t, 3, false)
	j := open(t, specAt("sqlite:"+path))
	record(t, j, registered("late", "acme"))
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Pause(t.Context()); !errors.Is(err, ErrReplaced) {
		t.Errorf("the pause of a file that is gone: %v", err)
	}
	write(t, path, nil)
	if _, err := j.Record(t.Context(), registered("x", "acme")); !errors.Is(err, ErrReplaced) {
		t.Errorf("recorded in a file that is gone: %v", err)
	}
}

// The end of the file is taken back by somebody while it is open.
func TestF26TakenBackWhileItIsOpen(t *testing.T) {
	path, _ := filled(t, 3, false)
	j := open(t, specAt("sqlite:"+path))
	tamper(t, path, "DELETE FROM record WHERE seq = 3")
	if _, err := j.Record(t.Context(), registered("x", "acme")); !errors.Is(err, ErrRolledBack) {
		t.Errorf("recorded behind an end that was cut off: %v", err)
	}
	if v := verify(t, j); v.Broken != 3 || !strings.Contains(v.How, "missing") {
		t.Errorf("the verdict is %+v", v)
	}
}

// tamper does what somebody can do who has the file and a little knowledge.
func tamper(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range append([]string{"DROP TRIGGER IF EXISTS record_stays", "DROP TRIGGER IF EXISTS record_is_kept", "DROP TRIGGER IF EXISTS seal_stays"}, statements...) {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestF26Tampering(t *testing.T) {
	for name, tt := range map[string]struct {
		statement string
		broken    int64
		how       string
	}{
		"a word":           {"UPDATE record SET content = replace(content, 'READER', 'ADMIN') WHERE seq = 4", 4, "content"},
		"a time":           {"UPDATE record SET at = at + 1 WHERE seq = 4", 4, "content"},
		"a sum":            {"UPDATE record SET sum = randomblob(32) WHERE seq = 4", 4, "content"},
		"a link":           {"UPDATE record SET prev = randomblob(32) WHERE seq = 4", 4, "stand"},
		"one taken out":    {"DELETE FROM record WHERE seq = 4", 4, "missing"},
		"the first":        {"DELETE FROM record WHERE seq = 1", 1, "missing"},
		"one moved up":     {"DELETE FROM record WHERE seq = 4; UPDATE record SET seq = 4 WHERE seq = 5", 4, "stand"},
		"one put in twice": {"UPDATE record SET (at, content, prev, sum) = (SELECT at, content, prev, sum FROM record WHERE seq = 4) WHERE seq = 5", 5, "stand"},
		"the seal":         {"UPDATE seal SET born = born - 86400000000", 1, "stand"},
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := filled(t, 8, false)
			tamper(t, path, strings.Split(tt.statement, "; ")...)
			j := open(t, specAt("sqlite:"+path))
			if v := verify(t, j); v.Broken != tt.broken || !strings.Contains(v.How, tt.how) {
				t.Errorf("the verdict is %+v", v)
			}
		})
	}
	path, _ := filled(t, 8, false)
	tamper(t, path, "UPDATE record SET content = replace(content, 'READER', 'ADMIN') WHERE seq = 8")
	refuses(t, path, ErrDamaged)
}

func TestAppendOnly(t *testing.T) {
	path, _ := filled(t, 2, false)
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range []string{"UPDATE record SET at = 1", "DELETE FROM record", "UPDATE seal SET account = '1'", "DELETE FROM seal"} {
		if _, err := db.ExecContext(t.Context(), s); err == nil {
			t.Errorf("%s: nothing forbids it", s)
		}
	}
}

// Bytes of the file are changed at random. Whatever is still given out is what was written.
func TestF26DamageIsNeverTakenForHistory(t *testing.T) {
	path, want := filled(t, 40, false)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice, noticed := rand.New(rand.NewPCG(seed, 0)), 0
	for range 150 {
		damaged := bytes.Clone(whole)
		at := dice.IntN(len(damaged))
		for i := range 1 + dice.IntN(64) {
			if at+i < len(damaged) {
				damaged[at+i] ^= byte(1 + dice.IntN(255))
			}
		}
		to := filepath.Join(t.TempDir(), "j.db")
		write(t, to, damaged)
		if isNoticed(t, to, want) {
			noticed++
		}
	}
	if noticed < 20 {
		t.Errorf("only %d of 150 damages were noticed", noticed)
	}
	t.Logf("%d of 150 damages were noticed; the others were where nothing is", noticed)
}

// isNoticed reports whether a damage is told. When it is not, everything has to be as it was.
func isNoticed(t *testing.T, path string, want []Record) bool {
	t.Helper()
	j, err := Open(t.Context(), specAt("sqlite:"+path))
	if err != nil {
		return true
	}
	defer j.Close()
	v, err := j.Verify(t.Context())
	if err != nil || !v.OK() {
		return true
	}
	if n := same(t, j, want); n != len(want) {
		t.Errorf("%d of %d records are left, and the verdict is %+v", n, len(want), v)
	}
	return false
}

func TestF26WrongFiles(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }

	write(t, path("text"), []byte(strings.Repeat("this is no database\n", 400)))
	refuses(t, path("text"), ErrNotJournal)

	tamper(t, path("other.db"), "CREATE TABLE x (y)")
	refuses(t, path("other.db"), ErrNotJournal)
	if _, err := os.Stat(path("other.db-head")); err == nil {
		t.Error("something was left beside another program's file")
	}

	newer, _ := filled(t, 1, false)
	tamper(t, newer, "PRAGMA user_version = 2")
	refuses(t, newer, ErrNewer)

	old, _ := filled(t, 1, false)
	tamper(t, old, "PRAGMA user_version = 0")
	refuses(t, old, ErrDamaged)

	public, _ := filled(t, 1, false)
	os.Chmod(public, 0o602)
	refuses(t, public, ErrNoAccess)

	refuses(t, dir, ErrNotJournal)
	refuses(t, path("none/j.db"), ErrNoAccess)
	refuses(t, path("text/j.db"), ErrNoAccess)
}

func TestAnotherAccountsFileIsRefused(t *testing.T) {
	path, _ := filled(t, 1, false)
	for _, spec := range []Spec{
		{Place: "sqlite:" + path, Account: "444455556666", Store: "d-1234567890"},
		{Place: "sqlite:" + path, Account: "111122223333", Store: "d-9999999999"},
	} {
		_, err := Open(t.Context(), spec)
		var known *Error
		if !errors.Is(err, ErrForeign) || !errors.As(err, &known) || !strings.Contains(err.Error(), string(spec.Store)) || !strings.Contains(known.Hint(), "sqlite:PATH") {
			t.Errorf("opening it says %v", err)
		}
	}
	if _, err := Open(t.Context(), Spec{Place: "memory"}); err == nil {
		t.Error("a journal of nobody is opened")
	}
	for _, place := range []string{"", "sqlite:", "dynamodb:t", path} {
		if _, err := Open(t.Context(), specAt(place)); err == nil {
			t.Errorf("%q is opened", place)
		}
	}
}

// The disk is full: nothing of a batch is kept, it is told, and when there is room it goes on.
func TestF25AndF52FullDisk(t *testing.T) {
	path, _ := filled(t, 1, false)
	j := open(t, specAt("sqlite:"+path))
	f := j.store.(*file)
	f.db.SetMaxOpenConns(1)
	limit := func(pages int) {
		if _, err := f.db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // no more than there are
	batch := make([]plan.Entry, 200)
	for i := range batch {
		batch[i] = registered(fmt.Sprint("p", i), "acme")
	}
	if _, err := j.Record(t.Context(), batch...); !errors.Is(err, ErrFull) {
		t.Errorf("on a full disk: %v", err)
	}
	if n := len(entries(t, j, Filter{})); n != 1 {
		t.Errorf("%d records are there", n)
	}
	limit(1 << 20)
	if first := record(t, j, batch...); first != 2 {
		t.Errorf("it goes on with %d", first)
	}
	if v := verify(t, j); !v.OK() {
		t.Errorf("the verdict is %+v", v)
	}
}

// The file is shorter than it should be, below a process that has it open.
func TestF25ShortReads(t *testing.T) {
	path, _ := filled(t, 200, false)
	j := open(t, specAt("sqlite:"+path))
	if err := os.Truncate(path, 8192); err != nil {
		t.Fatal(err)
	}
	_, err := j.Verify(t.Context())
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("verifying it says %v", err)
	}
	if _, err := j.Record(t.Context(), registered("x", "acme")); err == nil {
		t.Error("it is written to")
	}
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	path, _ := filled(t, 2, true)
	for _, suffix := range []string{"", "-wal", "-shm", "-head"} {
		if info, err := os.Stat(path + suffix); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", suffix, info, err)
		}
	}
}

func TestAnyNameOfAFileWillDo(t *testing.T) {
	for _, name := range []string{"a b?mode=ro&x#y%41.db", "ü;'\".db", ":memory:"} {
		path := filepath.Join(t.TempDir(), name)
		record(t, open(t, specAt("sqlite:"+path)), registered("ana", "acme"))
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestReadingMakesNothing(t *testing.T) {
	spec := specAt("sqlite:" + filepath.Join(t.TempDir(), "j.db"))
	spec.Reading = true
	if _, err := Open(t.Context(), spec); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a journal that is not there: %v", err)
	}
	path := spec.Place[len("sqlite:"):]
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 0 {
		t.Errorf("%v were made", left)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), spec); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty file: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Errorf("a journal was made of an empty file: %v, %v", info, err)
	}
}

func TestBornIsKept(t *testing.T) {
	path, _ := filled(t, 1, false)
	j := open(t, specAt("sqlite:"+path))
	born := j.Born(t.Context())
	j.Close()
	if again := open(t, specAt("sqlite:"+path)).Born(t.Context()); !again.Equal(born) || born.IsZero() {
		t.Errorf("it was born at %v, and later at %v", born, again)
	}
}
