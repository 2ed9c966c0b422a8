package demo

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/awscli"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/view"
)

// AttackWorld is the world of the attacks, as a world file.
//
//go:embed world-attack.json
var AttackWorld []byte

// AttackConfiguration is the configuration of the attacks.
//
//go:embed tenantry-attack.yaml
var AttackConfiguration []byte

// Attack tells on s.Out what becomes of those who want what is another customer's: once where the sign-in role allows what
// somebody found convenient, and once more in the same world, after the audit's advice has been followed. What it says that
// AWS has answered and that the audit has found is so, or it ends with an error.
func Attack(ctx context.Context, s *view.IO) error {
	open, err := openRaid(ctx, s)
	if err != nil {
		return err
	}
	defer open.history.Close()
	shut, err := openRaid(ctx, s)
	if err != nil {
		return err
	}
	defer shut.history.Close()
	open.opening()
	if err := open.play(ctx); err != nil {
		return err
	}
	if err := shut.shut(ctx); err != nil {
		return err
	}
	if err := shut.play(ctx); err != nil {
		return err
	}
	return compare(ctx, open, shut)
}

// raid is the attacks in one world.
type raid struct {
	*story
	config *config.Config
	closed bool         // the advice has been followed
	keys   keys         // that the portal has given
	codes  []string     // by which the attempts that AWS let through are to be found
	report audit.Report // after the attempts
}

// keys are access keys, by person and role.
type keys map[[2]string]string

// openRaid makes the world, with everybody where they belong.
func openRaid(ctx context.Context, s *view.IO) (*raid, error) {
	st, err := openWith(ctx, s, setting{AttackWorld, AttackConfiguration}, awssim.Options{}, func(o *app.Options, _ *chronicle) { o.Simulator.Rate = 1000 })
	if err != nil {
		return nil, err
	}
	c, problems := config.Parse("tenantry.yaml", AttackConfiguration)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	pass, err := st.app.Plan(ctx, engine.Scope{})
	if err != nil {
		return nil, err
	}
	if report := st.app.Apply(ctx, pass, nil); len(report.Failed)+report.NotReached > 0 {
		return nil, errors.Join(errors.New("the demo's customers could not be made"), ctx.Err())
	}
	return &raid{story: st, config: c, keys: keys{}}, nil
}

func (r *raid) opening() {
	r.chapter("1. Three customers, and a sign-in role that allows too much")
	r.say("ana and ben are acme's, dora is globex's, and eve is evil's: tenantry has placed each in a namespace of their customer's own. walt and mole are in no " +
		"customer's group. Everybody signs in through the role QuickSight, which allows quicksight:*, iam:* and sts:AssumeRole, since that was " +
		"convenient; and all of the account may assume it. Whoever signs in can have the role's credentials, too.")
}

// audited is the audit of the account as it is.
func (r *raid) audited(ctx context.Context) (audit.Report, error) {
	facts, err := app.Audit(ctx, r.app, r.config, false, nil)
	if err != nil {
		return audit.Report{}, err
	}
	return audit.Audit(facts), nil
}

// play tries everything.
func (r *raid) play(ctx context.Context) (err error) {
	if r.closed {
		r.chapter("4. The same attempts, with the door shut")
	} else {
		r.chapter("2. What they try, with the door open")
	}
	for _, a := range attempts {
		if err := r.attempt(ctx, a); err != nil {
			return err
		}
	}
	if r.report, err = r.audited(ctx); err != nil {
		return err
	}
	for _, code := range r.codes {
		if !slices.ContainsFunc(r.report.Findings, func(f audit.Finding) bool { return string(f.Code) == code }) {
			return fmt.Errorf("the demo's audit has not found %s, but %v", code, found(r.report))
		}
	}
	return r.planned(ctx)
}

// attempt tries one thing, and tells what came of it.
func (r *raid) attempt(ctx context.Context, a attempt) error {
	r.hanging(fmt.Sprintf("  %-5s ", a.who), a.does)
	answer, let, err := a.try(ctx, r)
	if err != nil {
		return fmt.Errorf("%s %s: %w", a.who, a.does, err)
	}
	if let == r.closed && !a.always {
		return fmt.Errorf("%s %s, with the door shut: %t; AWS: %s", a.who, a.does, r.closed, answer)
	}
	r.hanging("        AWS: ", answer)
	switch {
	case a.held != "":
		r.hanging("        tenantry plan: ", fmt.Sprintf("held [%s], %s", a.held, a.says))
	case let:
		r.hanging("        tenantry audit: ", a.code+", "+a.says)
		r.codes = append(r.codes, a.code)
	}
	return nil
}

// planned makes sure that what the attacks have changed in the directory is held, and that nobody would be placed for it.
func (r *raid) planned(ctx context.Context) error {
	pass, err := r.app.Plan(ctx, engine.Scope{})
	if err != nil {
		return err
	}
	for _, a := range attempts {
		if a.held == "" {
			continue
		}
		held := false
		for _, h := range pass.Plan.Holds {
			held = held || string(h.Code) == a.held
		}
		if !held {
			return fmt.Errorf("the demo's plan does not hold %s", a.held)
		}
	}
	return nil
}

// commands are those for the AWS CLI among the steps of an advice. The others are sentences, or commands of tenantry's.
func commands(mend string) []string {
	return slices.DeleteFunc(strings.Split(mend, "\n"), func(step string) bool { return !strings.HasPrefix(step, "aws ") })
}

// advised are the codes whose advice is followed: what the sign-in role allows, what is shown to whoever comes into default, and
// last the door.
var advised = []audit.Code{"ISO402", "ISO403", "ISO103", "ISO401"}

// shut follows the audit's advice, before anybody tries anything.
func (r *raid) shut(ctx context.Context) error {
	r.chapter("3. The door is shut, as tenantry audit advises")
	r.say("The same account again, before any of that. Its audit finds the holes without anybody having gone through them; these are its commands, and they are run as " +
		"they stand. The last is the policy that tenantry policy sign-in prints. In an account of your own, tenantry door first says who would be locked out.")
	fmt.Fprintln(r.io.Out)
	return r.follow(ctx, advised)
}

// follow runs the commands that mend what is found under some codes, the last of which shuts the door.
func (r *raid) follow(ctx context.Context, codes []audit.Code) error {
	report, err := r.audited(ctx)
	if err != nil {
		return err
	}
	var all []string
	for _, code := range codes {
		for _, f := range report.Findings {
			if f.Code == code {
				all = append(all, slices.DeleteFunc(commands(f.Mend), func(line string) bool { return slices.Contains(all, line) })...)
			}
		}
	}
	if len(all) == 0 || !strings.Contains(all[len(all)-1], policy.Compact(policy.SignIn())) {
		return errors.New("the demo's audit does not advise the policy that is printed")
	}
	cli := awscli.CLI{Client: r.sim.Client(), Key: administrator, Region: "us-east-1"}
	for _, line := range all {
		fmt.Fprintf(r.io.Out, "  $ %s\n", line)
		if _, err := cli.Run(ctx, line); err != nil {
			return err
		}
	}
	r.closed = true
	return nil
}

// compare shows who comes to whose assets in either world.
func compare(ctx context.Context, open, shut *raid) error {
	open.chapter("5. Who comes to whose assets, after all that")
	for _, r := range []*raid{open, shut} {
		door := "open"
		if r.closed {
			door = "shut"
		}
		fmt.Fprintf(r.io.Out, "With the door %s, and %s:\n\n", door, counted(len(r.report.Findings)))
		if err := view.WriteMatrix(r.io, &r.report.Matrix); err != nil {
			return err
		}
		fmt.Fprintln(r.io.Out)
	}
	shut.say("Whoever is registered signs in as before, and sees what is theirs; nobody else does:")
	fmt.Fprintln(shut.io.Out)
	for _, who := range []string{"ana", "ben", "dora", "eve", "walt"} {
		v, err := shut.signIn(ctx, who)
		if err != nil {
			return err
		}
		shut.hanging(fmt.Sprintf("  %-5s ", who), v.String())
	}
	open.chapter("What to try next")
	fmt.Fprint(open.io.Out, `  docs/audit.md, docs/findings.md
                            what is looked for, and how it is mended
  docs/sign-in-policy.md    the least policy, and how the door is shut
                            without locking anybody out
`)
	return nil
}

// counted says how much an audit has found.
func counted(findings int) string {
	switch findings {
	case 0:
		return "nothing that the audit finds"
	case 1:
		return "1 finding of the audit"
	}
	return fmt.Sprintf("%d findings of the audit", findings)
}

// found are the codes and objects of what an audit has found.
func found(r audit.Report) (all []string) {
	for _, f := range r.Findings {
		all = append(all, string(f.Code)+" "+f.Object)
	}
	return all
}
