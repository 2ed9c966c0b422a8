package systemtest

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// A process's memory is measured in a process of its own: the test binary runs itself again, once as a
// simulator that listens on loopback, and once as a tenantry that plans against it.

// as says as what the test binary is to run: "simulator" or "planner".
const as = "TENANTRY_SYSTEMTEST_AS"

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(as) {
	case "":
		os.Exit(m.Run())
	case "simulator":
		err = simulate()
	case "planner":
		err = planOnce(os.Getenv("TENANTRY_SYSTEMTEST_AT"))
	case "keeper":
		err = passTwice(os.Getenv("TENANTRY_SYSTEMTEST_AT"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// simulate serves the large account until it is interrupted, and prints where.
func simulate() error {
	sim, err := awssim.New(right(bigTenants, bigPeople), awssim.Options{})
	if err != nil {
		return err
	}
	server, err := sim.Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(server.URL)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return server.Serve(ctx)
}

// before makes an app that stands before the simulator at a URL.
func before(url string) (*app.App, error) {
	if !strings.HasPrefix(url, "http://127.0.0.1:") {
		return nil, fmt.Errorf("%q is no simulator", url)
	}
	c, problems := config.Parse("tenantry.yaml", []byte(settings{}.yaml()))
	if c == nil {
		return nil, fmt.Errorf("the configuration is refused: %v", problems)
	}
	a, err := app.New(context.Background(), c, app.Options{Simulator: &app.Simulator{Endpoint: url, Rate: fastRate}})
	if err != nil {
		return nil, err
	}
	_, err = a.Check(context.Background())
	return a, err
}

// passTwice makes two passes over the large account, as `tenantry serve` does, which has the index of
// the first while it reads for the second. It prints what planOnce prints.
func passTwice(url string) error {
	a, err := before(url)
	if err != nil {
		return err
	}
	k := a.Keeper()
	steps := 0
	for range 2 {
		result, err := k.Pass(context.Background(), tenancy.Cause{Kind: tenancy.ByPass})
		if err != nil {
			return err
		}
		steps += len(result.Plan.Steps) + len(result.Plan.Holds)
	}
	if file := os.Getenv("TENANTRY_SYSTEMTEST_HEAP"); file != "" {
		runtime.GC()
		if err := heap(file); err != nil {
			return err
		}
	}
	peak, err := resident()
	fmt.Println(steps, peak)
	runtime.KeepAlive(k)
	return err
}

// planOnce plans the large account, as `tenantry plan` does, and prints how many steps there are and how
// many KiB were resident at most.
func planOnce(url string) error {
	a, err := before(url)
	if err != nil {
		return err
	}
	pass, err := a.Plan(context.Background(), engine.Scope{})
	if err != nil {
		return err
	}
	if file := os.Getenv("TENANTRY_SYSTEMTEST_HEAP"); file != "" {
		if err := heap(file); err != nil {
			return err
		}
	}
	peak, err := resident()
	if err != nil {
		return err
	}
	fmt.Println(len(pass.Plan.Steps)+len(pass.Plan.Holds), peak)
	runtime.KeepAlive(pass)
	return nil
}

// heap writes a profile of what is in use.
func heap(file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	return pprof.WriteHeapProfile(f)
}

// resident is the most that was resident of this process, in KiB. The operating system's figure for a
// child (getrusage) counts its parent's at the time of the fork.
func resident() (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	return strconv.Atoi(line)
}

// fastRate is a rate at which nothing waits.
const fastRate = 1e6

// fast starts a tenantry that waits for no quota.
func (r *rig) fast() *process {
	r.Helper()
	p := &process{rig: r, line: r.lineFor(policy.ForOperator)}
	a, err := app.New(context.Background(), r.config, app.Options{Simulator: &app.Simulator{Client: &http.Client{Transport: p.line}, Rate: fastRate}})
	if err != nil {
		r.Fatalf("starting: %v", err)
	}
	p.app = a
	return p
}

// firstComplete notes the number of the call that made the first tenant complete.
func (r *rig) firstComplete(people int) *atomic.Int64 {
	var first atomic.Int64
	members := make(chan map[string]int, 1)
	members <- map[string]int{}
	r.watch(func(c awssim.Call) awssim.Fault {
		if c.Phase == awssim.AfterEffect && c.Operation == "CreateGroupMembership" && c.Committed {
			m := <-members
			if m[c.Path["Namespace"]]++; m[c.Path["Namespace"]] == people {
				first.CompareAndSwap(0, int64(c.N))
			}
			members <- m
		}
		return awssim.Fault{}
	})
	return &first
}

// BenchmarkCostMemory measures how much of a process is resident that plans the large account with
// nothing to do, against a simulator in another process.
func BenchmarkCostMemory(b *testing.B) { benchmarkMemory(b, "planner", 128) }

// BenchmarkCostMemoryServing measures the same of a process that lives on, with two passes.
func BenchmarkCostMemoryServing(b *testing.B) { benchmarkMemory(b, "keeper", 130) }

func benchmarkMemory(b *testing.B, role string, goal int) {
	if runtime.GOOS != "linux" {
		b.Skip("resident memory is read from /proc")
	}
	url := simulator(b)
	for range b.N {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), as+"="+role, "TENANTRY_SYSTEMTEST_AT="+url)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			b.Fatalf("the %s: %v", role, err)
		}
		var steps, peak int
		if _, err := fmt.Sscan(string(out), &steps, &peak); err != nil || steps > 0 {
			b.Fatalf("%d steps and holds: %v", steps, err)
		}
		b.ReportMetric(float64(peak)/1024, "MB-resident")
		b.Logf("memory, %s, nothing to do, %d × %d: %d MB resident at most (goal %d)", role, bigTenants, bigPeople, peak/1024, goal)
	}
}

// simulator starts a simulator of the large account in a process of its own, for as long as the
// benchmark runs.
func simulator(b *testing.B) (url string) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), as+"=simulator")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		b.Fatal("the simulator says nothing")
	}
	return lines.Text()
}
