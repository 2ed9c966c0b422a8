package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/cli/demo"
)

// account is a simulated AWS that a script has to itself.
type account struct {
	sim    *awssim.Sim
	writes int // that a script has asked about
	asked  time.Time
	late   atomic.Int64 // by how much its clock is, in nanoseconds
}

// now is the time there.
func (a *account) now() time.Time { return time.Now().Add(-time.Duration(a.late.Load())) }

// accounts are the simulated AWSs of the scripts that are running.
var accounts sync.Map // *testscript.TestScript → *account

// simCommand starts a simulated AWS from a world file, or from the demo's world, and points the script's environment at
// it: sim WORLD, or sim demo.
func simCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sim WORLD")
	}
	seed := demo.World
	if args[0] != "demo" {
		seed = []byte(ts.ReadFile(args[0]))
	}
	rights, a := &desk{}, &account{}
	sim, err := awssim.Open(seed, awssim.Options{Policies: rights.of, Clock: a.now})
	ts.Check(err)
	rights.sim, a.sim = sim, sim
	deskAt, closeDesk := rights.listen()
	server, err := sim.Listen("127.0.0.1:0")
	ts.Check(err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx) }()
	ts.Defer(func() {
		stop()
		<-ended
		closeDesk()
		accounts.Delete(ts)
	})
	for key, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIASIMULATED0000001",
		"AWS_SECRET_ACCESS_KEY": canary + "key", "AWS_SESSION_TOKEN": canary + "token", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
		deskURL: deskAt,
	} {
		ts.Setenv(key, value)
	}
	accounts.Store(ts, a)
}

func accountOf(ts *testscript.TestScript) *account {
	a, ok := accounts.Load(ts)
	if !ok {
		ts.Fatalf("there is no simulated AWS yet: sim WORLD")
	}
	return a.(*account)
}

// writesCommand says how many writes QuickSight has had since the last time it was asked: writes N.
func writesCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: writes N")
	}
	a := accountOf(ts)
	got := a.sim.Writes() - a.writes
	a.writes += got
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("there were %d writes, and should be %s", got, args[0])
	}
}

// deeds are what an administrator of Identity Center can do in a script.
var deeds = map[string]func(ts *testscript.TestScript, w *world.World, args []string){
	"join": func(ts *testscript.TestScript, w *world.World, args []string) {
		g, u := groupID(ts, w, args[0]), userID(ts, w, args[1])
		w.Directory.Join(world.DirectoryMembership{ID: "m-" + g + u, GroupID: g, UserID: u})
	},
	"leave": func(ts *testscript.TestScript, w *world.World, args []string) {
		m, ok := w.Directory.Membership(groupID(ts, w, args[0]), userID(ts, w, args[1]), world.View{})
		if !ok {
			ts.Fatalf("%s is not in %s", args[1], args[0])
		}
		w.Directory.Leave(m.ID)
	},
	"rename-group": func(ts *testscript.TestScript, w *world.World, args []string) {
		g, _ := w.Directory.Groups().Get(groupID(ts, w, args[0]))
		g.DisplayName = args[1]
		w.Directory.PutGroup(g)
	},
	"delete-group": func(ts *testscript.TestScript, w *world.World, args []string) {
		w.Directory.DeleteGroup(groupID(ts, w, args[0]))
	},
	"create-group": func(_ *testscript.TestScript, w *world.World, args []string) {
		w.Directory.PutGroup(world.DirectoryGroup{ID: args[1], DisplayName: args[0]})
	},
	"hand-group": func(_ *testscript.TestScript, w *world.World, args []string) { // in QuickSight, by hand
		n, _ := w.QuickSight.Namespaces().Get(args[0])
		n.Contents.Groups.Put(args[1], world.Group{Name: args[1], PrincipalID: world.GroupPrincipalID(n.Name, args[1])})
	},
	"email": func(ts *testscript.TestScript, w *world.World, args []string) {
		p, _ := w.Directory.Users().Get(userID(ts, w, args[0]))
		p.Email = args[1]
		w.Directory.PutUser(p)
	},
	"rename": func(ts *testscript.TestScript, w *world.World, args []string) {
		p, _ := w.Directory.Users().Get(userID(ts, w, args[0]))
		p.UserName = args[1]
		w.Directory.PutUser(p)
	},
	"disable": func(ts *testscript.TestScript, w *world.World, args []string) {
		p, _ := w.Directory.Users().Get(userID(ts, w, args[0]))
		p.Status = world.PersonDisabled
		w.Directory.PutUser(p)
	},
}

// directoryCommand changes the simulated Identity Center: directory join GROUP USER, leave GROUP
// USER, rename-group GROUP NAME, delete-group GROUP -, create-group NAME ID, hand-group NAMESPACE NAME,
// email USER ADDRESS, rename USER NAME, disable USER -.
func directoryCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 || deeds[args[0]] == nil {
		ts.Fatalf("usage: directory join|leave|rename-group|delete-group|create-group|hand-group|email|rename|disable WHAT TO")
	}
	w := accountOf(ts).sim.World()
	w.Lock()
	defer w.Unlock()
	deeds[args[0]](ts, w, args[1:])
}

func groupID(ts *testscript.TestScript, w *world.World, name string) string {
	id, ok := w.Directory.GroupID(name)
	if !ok {
		ts.Fatalf("there is no group %s", name)
	}
	return id
}

func userID(ts *testscript.TestScript, w *world.World, name string) string {
	id, ok := w.Directory.UserID(name)
	if !ok {
		ts.Fatalf("there is no user %s", name)
	}
	return id
}

// livesCommand says that a principal is registered in a namespace, and that it is so in no other:
// lives NAMESPACE USER ROLE. With !, that it is registered nowhere: ! lives USER.
func livesCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg && len(args) != 1 || !neg && len(args) != 3 {
		ts.Fatalf("usage: lives NAMESPACE USER ROLE, or ! lives USER")
	}
	found := homes(ts, args[min(len(args)-1, 1)])
	switch {
	case neg && len(found) > 0:
		ts.Fatalf("%s is registered: %v", args[0], found)
	case !neg && (len(found) != 1 || found[0] != args[0]+" "+args[1]+" "+args[2]):
		ts.Fatalf("%s should live in %s as %s; found: %v", args[1], args[0], args[2], found)
	}
}

// homes are where a principal is registered: NAMESPACE USER ROLE, for each.
func homes(ts *testscript.TestScript, user string) (found []string) {
	w := accountOf(ts).sim.World()
	w.Lock()
	defer w.Unlock()
	for _, n := range w.QuickSight.Namespaces().All() {
		for _, u := range n.Contents.Users.All() {
			if u.UserName == user {
				found = append(found, n.Name+" "+u.UserName+" "+u.Role)
			}
		}
	}
	return found
}

// inGroups reports whether a user is in any group of a namespace.
func inGroups(ts *testscript.TestScript, namespace, user string) bool {
	w := accountOf(ts).sim.World()
	w.Lock()
	defer w.Unlock()
	n, there := w.QuickSight.Namespaces().Get(namespace)
	if !there {
		return false
	}
	for range n.Contents.GroupsOf(user, "", world.View{}) {
		return true
	}
	return false
}

// printedCommand runs the command that tenantry has printed for its reader, the last one in a file, and what it
// must end with: printed CODE FILE.
func printedCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: printed CODE FILE")
	}
	lines := strings.Split(ts.ReadFile(args[1]), "\n")
	for _, line := range slices.Backward(lines) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "tenantry" {
			exits(ts, false, append(args[:1:1], words...))
			return
		}
	}
	ts.Fatalf("no command is printed in %s", args[1])
}
