//go:build !tenantry.lambda

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/view"
)

func migrationAllows() []string {
	var names []string
	for _, c := range plan.MigrationAllows() {
		names = append(names, string(c))
	}
	return names
}

func (o *migrateOptions) register(cmd *cobra.Command) {
	o.config.register(cmd)
	o.view.register(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&o.namespaces, "namespace", nil, "only the people of these tenants, by their `NAMESPACES`")
	f.StringVar(&o.person, "person", "", "only this `PERSON`: a user name, an id, or Role/session")
	f.StringSliceVar(&o.allow, "allow", nil, "move people although these `CODES` hold them: "+strings.Join(migrationAllows(), ", "))
	f.StringSliceVar(&o.maps, "map-group", nil, "what the group OLD of a namespace sees, each tenant's group sees too: `NAMESPACE/OLD={namespace}/GROUP`")
	f.BoolVar(&o.finish, "finish", false, "the users of before of those who are prepared go now, and not after migrate.keep")
	f.StringVar(&o.names, "names", "", "write every person's old and new user name, ARN and groups to this `FILE` of CSV")
	f.StringVar(&o.notice, "notice", "", "write, for each customer, who signs in how from when to a file of CSV in this `DIR`")
	f.BoolVar(&o.apply, "apply", false, "do it")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	f.IntVar(&o.batch, "batch", 25, "so many `PEOPLE` are at their end before the next are begun")
	f.IntVar(&o.stopAfter, "stop-after-failures", 3, "stop when so many `PEOPLE` could not be moved; 0 goes on to the end")
	f.StringVar(&o.image, "image", "", "write down what everybody had in this `FILE` (default tenantry-migrate-NAMESPACE.json)")
	f.StringVar(&o.undo, "undo", "", "bring everybody back of whom this `FILE` says what they had")
	f.BoolVar(&o.force, "force", false, "write over the files of --image, --names and --notice that are there")
	f.BoolVar(&o.detailed, "detailed-exitcode", false, "exit with 2 when people are to be moved, 6 when somebody is only held")
	must(cmd.RegisterFlagCompletionFunc("allow", cobra.FixedCompletions(migrationAllows(), cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.MarkFlagFilename("undo", "json"))
	must(cmd.MarkFlagFilename("names", "csv"))
	must(cmd.MarkFlagDirname("notice"))
}

// validate is the options with a meaning.
func (o *migrateOptions) validate(env *Env, cmd *cobra.Command) (engine.MigrateOptions, error) {
	m := engine.MigrateOptions{Person: o.person, Finish: o.finish}
	changed := cmd.Flags().Changed
	if err := o.contradictions(cmd); err != nil {
		return m, err
	}
	for _, flag := range []struct{ name, value string }{{"person", o.person}, {"names", o.names}, {"notice", o.notice}, {"image", o.image}, {"undo", o.undo}} {
		if changed(flag.name) && flag.value == "" {
			return m, usage("say which, or leave --"+flag.name+" out", "--%s is empty", flag.name)
		}
	}
	for _, flag := range []struct {
		name string
		list []string
	}{{"allow", o.allow}, {"map-group", o.maps}} {
		if changed(flag.name) && len(flag.list) == 0 {
			return m, usage("say which, or leave --"+flag.name+" out", "--%s is empty", flag.name)
		}
	}
	switch {
	case o.batch < 1:
		return m, usage("--batch 1 moves one after the other", "--batch is %d", o.batch)
	case o.stopAfter < 0:
		return m, usage("--stop-after-failures 0 never stops", "--stop-after-failures is %d", o.stopAfter)
	case o.apply && !o.yes && !o.asks(env):
		return m, usage("give --yes, once you have looked at what it would do without --apply", "there is no terminal to ask on")
	}
	var err error
	if m.Namespaces, err = namespaces(cmd, "namespace", o.namespaces); err != nil {
		return m, err
	}
	for _, name := range o.allow {
		if !slices.Contains(migrationAllows(), name) {
			return m, usage("the codes are "+strings.Join(migrationAllows(), ", "), "--allow %s: there is no such code that can be allowed here", view.Quote(name))
		}
	}
	for _, c := range plan.MigrationAllows() {
		if slices.Contains(o.allow, string(c)) {
			m.Allow = append(m.Allow, c)
		}
	}
	for _, text := range o.maps {
		g, err := groupMap(text)
		if err != nil {
			return m, err
		}
		m.Shares = append(m.Shares, g)
	}
	if err := o.files(); err != nil {
		return m, err
	}
	o.stem = "tenantry-migrate"
	if len(m.Namespaces) == 1 {
		o.stem += "-" + m.Namespaces[0].String()
	}
	return m, o.config.validate(env, cmd)
}

// contradictions refuses flags that cannot be meant together.
func (o *migrateOptions) contradictions(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	if changed("undo") {
		for _, flag := range []string{"allow", "map-group", "finish", "names", "notice", "image", "force"} {
			if changed(flag) {
				return usage("leave it out: the file says what is undone; --namespace and --person narrow it", "--%s contradicts --undo", flag)
			}
		}
	}
	if !o.apply {
		for _, flag := range []string{"yes", "batch", "stop-after-failures", "image"} {
			if changed(flag) {
				return usage("give --apply too, or leave it out: without --apply nothing is done", "--%s without --apply", flag)
			}
		}
	}
	if o.force && o.image == "" && o.names == "" && o.notice == "" {
		return usage("it is for the files of --image, --names and --notice", "--force without a file to write over")
	}
	return nil
}

// files refuses names under which nothing can be written.
func (o *migrateOptions) files() error {
	for _, f := range []struct{ flag, path string }{{"image", o.image}, {"names", o.names}} {
		if f.path == "" {
			continue
		}
		switch info, err := os.Lstat(f.path); {
		case err != nil:
		case info.IsDir():
			return usage("name a file in it", "--%s %s is a directory", f.flag, view.Name(f.path))
		case !o.force:
			return usage("name another file; or --force writes over it", "%s is there already, and is left as it is", view.Name(f.path))
		}
		if info, err := os.Stat(filepath.Dir(f.path)); err != nil || !info.IsDir() {
			return usage("name a file in a directory that is there", "--%s %s: there is no directory %s", f.flag, view.Name(f.path), view.Name(filepath.Dir(f.path)))
		}
	}
	if o.image != "" && o.names != "" && filepath.Clean(o.image) == filepath.Clean(o.names) {
		return usage("give each a file of its own", "--image and --names are one file")
	}
	if info, err := os.Stat(o.notice); o.notice != "" && err == nil && !info.IsDir() {
		return usage("name a directory: there is a file for each customer", "--notice %s is no directory", view.Name(o.notice))
	}
	return nil
}

// groupMap reads NAMESPACE/OLD={namespace}/GROUP. A group's name may hold anything: the namespace ends at the first
// slash, and the two sides are cut where "={namespace}/" begins the second.
func groupMap(text string) (plan.GroupMap, error) {
	const hint = "write it such as --map-group 'default/Sales={namespace}/qs:{namespace}'"
	wrong := func(what string) (plan.GroupMap, error) {
		return plan.GroupMap{}, usage(hint, "--map-group %s: %s", view.Quote(text), what)
	}
	const right = "={namespace}/"
	old, mirror, ok := strings.Cut(text, right)
	switch {
	case !ok:
		return wrong("there is no " + right + "GROUP in it")
	case strings.Contains(mirror, right):
		return wrong(fmt.Sprintf("there is %sGROUP in it twice", right))
	case mirror == "":
		return wrong("the tenants' group has no name")
	}
	namespace, group, ok := strings.Cut(old, "/")
	if !ok || namespace == "" || group == "" {
		return wrong("the left side names no namespace and group")
	}
	return plan.GroupMap{Namespace: namespace, Group: group, Mirror: mirror}, nil
}
