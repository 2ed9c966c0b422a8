package journal

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

// BenchmarkRecord is one transaction: in a file, with one fsync.
func BenchmarkRecord(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		for name, place := range map[string]string{"memory": "memory", "sqlite": "sqlite:" + filepath.Join(b.TempDir(), "j.db")} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				j := open(b, specAt(place))
				batch := make([]plan.Entry, n)
				for i := range batch {
					batch[i] = registered(fmt.Sprint("p", i), "acme")
				}
				for b.Loop() {
					record(b, j, batch...)
				}
				b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "records/s")
			})
		}
	}
}

// crowded is a journal of many records, the newest of the last day.
func crowded(b *testing.B, n int) *Journal {
	j := open(b, specAt("sqlite:"+filepath.Join(b.TempDir(), "j.db")))
	record(b, j, plan.Entry{What: plan.PauseBegan, Text: "long ago", Until: 1})
	for i := 0; i < n; i += 1000 {
		batch := make([]plan.Entry, 1000)
		for k := range batch {
			batch[k] = registered(fmt.Sprint("p", i+k), fmt.Sprint("tenant-", (i+k)%100))
		}
		record(b, j, batch...)
	}
	return j
}

// BenchmarkPause is what every write to AWS costs before it is made.
func BenchmarkPause(b *testing.B) {
	j := crowded(b, 100_000)
	for b.Loop() {
		if _, err := j.Pause(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGains(b *testing.B) {
	j := crowded(b, 100_000)
	for b.Loop() {
		if _, err := j.Gains(b.Context(), time.Now().Add(-24*time.Hour)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	j := crowded(b, 100_000)
	for b.Loop() {
		if v := verify(b, j); !v.OK() {
			b.Fatal(v)
		}
	}
}
