package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/access"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/cli"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Whoever calls the program in a script, and AWS Lambda, call AWS with the least rights that `tenantry policy controller` prints
// for the command: the program as it runs in tests asks a desk for a key before it begins, and the simulated AWS judges that key
// by those policies. A script that sets AWS_ACCESS_KEY_ID is about credentials, and is left alone.

// deskURL is the variable that says where the desk is.
const deskURL = "TENANTRY_TEST_RIGHTS"

// desk gives out keys, each with the policies of one purpose and one configuration.
type desk struct {
	sim   *awssim.Sim
	mu    sync.Mutex
	keys  map[string]string
	byKey map[string]*access.Policies
}

// asked is what the program tells the desk: where it is run, as what, and what its environment names.
type asked struct {
	Dir              string
	Args             []string
	Config, Evidence string
}

// underItsRights begins the program with the rights of its command.
func underItsRights(begin func()) func() {
	return func() {
		if url := os.Getenv(deskURL); url != "" && os.Getenv("AWS_ACCESS_KEY_ID") == administrator {
			key, err := askDesk(url)
			if err != nil {
				fmt.Fprintln(os.Stderr, "the desk of rights:", err)
				os.Exit(125)
			}
			os.Setenv("AWS_ACCESS_KEY_ID", key)
		}
		begin()
	}
}

func askDesk(url string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(asked{dir, append([]string{filepath.Base(os.Args[0])}, os.Args[1:]...), os.Getenv("TENANTRY_CONFIG"), os.Getenv("TENANTRY_EVIDENCE")})
	if err != nil {
		return "", err
	}
	resp, err := http.Post(url, "application/json", strings.NewReader(string(body)))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	key, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("it answers %d: %s", resp.StatusCode, key)
	}
	return string(key), err
}

// listen opens the desk, and gives its URL.
func (d *desk) listen() (url string, stop func()) {
	d.keys, d.byKey = map[string]string{}, map[string]*access.Policies{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in asked
		err := json.NewDecoder(r.Body).Decode(&in)
		key := ""
		if err == nil {
			key, err = d.give(in)
		}
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			key = err.Error()
		}
		fmt.Fprint(w, key)
	}))
	return server.URL, server.Close
}

// of is what judges the calls that are signed with a key.
func (d *desk) of(key string) *access.Policies {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.byKey[key]
}

// give gives a key for a command: the administrator's for one that does not call AWS, or whose configuration cannot be read.
func (d *desk) give(in asked) (string, error) {
	purpose, deletes := purposeOf(in)
	if purpose == "" {
		return administrator, nil
	}
	g, ok := d.grounds(in)
	if !ok {
		return administrator, nil
	}
	g.DeleteNamespaces = deletes
	documents, err := policy.Controller(purpose, g)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, one := range documents {
		texts = append(texts, one.Document)
	}
	policies, err := access.NewPolicies(texts, nil)
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	id := fmt.Sprint(purpose, texts)
	if d.keys[id] == "" {
		d.keys[id] = fmt.Sprintf("AKIA%s%04d", strings.ToUpper(string(purpose)), len(d.keys))
		d.byKey[d.keys[id]] = policies
	}
	return d.keys[id], nil
}

// purposeOf is what a command line is for, "" for what does not call AWS; and whether it deletes namespaces. A function that is
// told where audits are kept is that for audits.
func purposeOf(in asked) (p policy.Purpose, deletes bool) {
	args := in.Args
	if args[0] == "bootstrap" && in.Evidence != "" {
		return policy.ForAudit, false
	}
	if args[0] == "bootstrap" {
		return policy.ForServe, false
	}
	command := ""
	if len(args) > 1 {
		command = args[1]
	}
	switch command {
	case "serve", "lambda":
		return policy.ForServe, false
	case "migrate":
		return policy.ForMigrate, false
	case "namespace":
		return policy.ForOperator, true
	case "apply", "allow", "retire", "rebind", "pause", "resume":
		return policy.ForOperator, false
	case "doctor":
		if slices.Contains(args, "--probe") {
			return policy.ForProbe, false
		}
		return policy.ForAudit, false
	case "audit", "door", "explain", "plan", "import", "holds", "history":
		return policy.ForAudit, false
	}
	return "", false
}

// grounds are those of the configuration that a command line names; an import's are the account's.
func (d *desk) grounds(in asked) (policy.Grounds, bool) {
	w := d.sim.World()
	w.Lock()
	defer w.Unlock()
	if in.Args[0] != "bootstrap" && in.Args[1] == "import" {
		regions := []string{""}
		for i, a := range in.Args {
			if a == "--asset-regions" && i+1 < len(in.Args) {
				regions = append(regions, strings.Split(in.Args[i+1], ",")...)
			}
		}
		return policy.Grounds{
			Partition: w.Partition, Account: w.Account, IdentityRegion: w.QuickSight.IdentityRegion(), AssetRegions: regions,
			Store: tenancy.StoreID(w.Directory.StoreID),
		}, true
	}
	place := placeOf(in)
	c, problems := configurationAt(w, in.Dir, place)
	if problems.Err() != nil {
		return policy.Grounds{}, false
	}
	g := cli.Grounds(c)
	arn := "arn:" + w.Partition + ":"
	if name, _, found := parameterAt(place); found {
		g.Parameter = arn + "ssm:" + c.QuickSight.IdentityRegion + ":" + w.Account + ":parameter" + name
	}
	if evidence, found := strings.CutPrefix(evidenceOf(in), "s3://"); found {
		g.Evidence = arn + "s3:::" + strings.TrimSuffix(evidence, "/")
	}
	if q, ok := w.Queues.ByARN(g.Queue); ok && q.Settings.Redrive != nil {
		g.DeadLetters = strings.TrimSuffix(g.Queue, q.Name) + q.Settings.Redrive.DeadLetterQueue
	}
	return g, true
}

// placeOf is where the configuration is that a command line names, or its environment.
func placeOf(in asked) string {
	if place := optionOf(in.Args, "-c", "--config"); place != "" {
		return place
	}
	return in.Config
}

// evidenceOf is where audits are to be kept.
func evidenceOf(in asked) string {
	if place := optionOf(in.Args, "--keep"); place != "" {
		return place
	}
	return in.Evidence
}

// optionOf is the value of an option, "" where it is not given.
func optionOf(args []string, names ...string) string {
	for i, a := range args {
		if slices.Contains(names, a) && i+1 < len(args) {
			return args[i+1]
		}
		if name, value, found := strings.Cut(a, "="); found && slices.Contains(names, name) {
			return value
		}
	}
	return ""
}

// configurationAt reads a configuration: a file, or a parameter of the world's, which is locked.
func configurationAt(w *world.World, dir, place string) (*config.Config, config.Problems) {
	if name, version, found := parameterAt(place); found {
		p, _ := w.Parameters.Get(w.QuickSight.IdentityRegion(), name)
		if version == 0 {
			version = len(p.Versions)
		}
		if version < 1 || version > len(p.Versions) {
			return config.Parse(place, nil)
		}
		return config.Parse(place, []byte(p.Versions[version-1].Value))
	}
	if !filepath.IsAbs(place) {
		place = filepath.Join(dir, place)
	}
	return config.Load(place)
}

// parameterAt is the parameter of Systems Manager that a place names, and its version, 0 for the newest.
func parameterAt(place string) (name string, version int, found bool) {
	name, found = strings.CutPrefix(place, "ssm:")
	if before, number, given := strings.Cut(name, ":"); given {
		version, _ = strconv.Atoi(number)
		name = before
	}
	return name, version, found
}
