//go:build !tenantry.lambda

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/survey"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type importOptions struct {
	out     string
	clues   app.Clues
	account string
	store   string
}

func newImport(env *Env) *cobra.Command {
	o := &importOptions{}
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Look at an account as it is, and write a configuration to start from",
		Long: `Reads QuickSight and Identity Center as they are, without a configuration, and writes nothing to
AWS: namespaces, groups and people, who in default is whom in Identity Center, what looks like a
customer, and who shares what with whom. It prints a report, and writes a configuration to start
from, in which everything that is a guess says so. A file that is there already is left as it is.

The account is that of the credentials. The identity Region is the one that QuickSight answers for,
and the identity store is that of the Identity Center that shows there; the flags are for what cannot
be found like that.

Of every asset the permissions are read, by one call each: that takes about two minutes for every
thousand of them. --no-assets leaves them out.`,
		Example: `  tenantry import
  tenantry import --region eu-west-1 --asset-regions eu-west-1,us-east-1 -o house.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(cmd); err != nil {
				return err
			}
			return o.run(cmd.Context(), env)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.out, "out", "o", "tenantry.yaml", "write the configuration to `FILE`")
	f.StringVar(&o.account, "account", "", "the QuickSight account, twelve `DIGITS`")
	f.StringVar(&o.clues.Region, "region", "", "the `REGION` in which QuickSight was set up")
	f.StringVar(&o.store, "identity-store", "", "the identity store's `ID`, such as d-1234567890")
	f.StringVar(&o.clues.StoreRegion, "identity-center-region", "", "the `REGION` of IAM Identity Center (default the identity Region)")
	f.StringSliceVar(&o.clues.AssetRegions, "asset-regions", nil, "the `REGIONS` in which people have assets (default the identity Region)")
	f.BoolVar(&o.clues.NoAssets, "no-assets", false, "do not read assets")
	must(cmd.MarkFlagFilename("out", "yaml", "yml"))
	return cmd
}

// What accounts and identity stores look like, and nothing more: AWS says whether they are there.
var (
	anAccount = regexp.MustCompile(`^[0-9]{12}$`)
	aStore    = regexp.MustCompile(`^[0-9a-f-]{12,36}$`)
	aRegion   = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
)

func (o *importOptions) validate(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	regions := map[string]string{"region": o.clues.Region, "identity-center-region": o.clues.StoreRegion}
	for _, flag := range []string{"region", "identity-center-region"} {
		if changed(flag) && !aRegion.MatchString(regions[flag]) {
			return usage("such as --"+flag+" us-east-1", "--%s %s is no Region", flag, view.Quote(regions[flag]))
		}
	}
	for _, region := range o.clues.AssetRegions {
		if !aRegion.MatchString(region) {
			return usage("such as --asset-regions us-east-1,eu-west-1", "--asset-regions %s is no Region", view.Quote(region))
		}
	}
	switch {
	case changed("account") && !anAccount.MatchString(o.account):
		return usage("such as --account 111122223333", "--account %s is no account", view.Quote(o.account))
	case changed("identity-store") && (!aStore.MatchString(o.store)):
		return usage("such as --identity-store d-1234567890", "--identity-store %s is no identity store", view.Quote(o.store))
	case changed("asset-regions") && o.clues.NoAssets:
		return usage("give one of them", "--asset-regions contradicts --no-assets")
	}
	o.clues.Account, o.clues.Store = tenancy.AccountID(o.account), tenancy.StoreID(o.store)
	if err := validateOut(o.out); err != nil {
		return err
	}
	if _, err := os.Lstat(o.out); err == nil {
		return taken(o.out)
	}
	return nil
}

func taken(path string) error {
	return usage("name another file: tenantry import -o FILE", "%s is there already, and is left as it is", view.Name(path))
}

func (o *importOptions) run(ctx context.Context, env *Env) error {
	facts, err := app.Survey(ctx, o.clues, env.aws, func(doing string) { fmt.Fprintln(env.IO.Err, view.Safe(doing)) })
	if err != nil {
		return err
	}
	p := survey.Propose(facts)
	text := p.Configuration()
	_, problems := config.Parse(o.out, text)
	if err := problems.Err(); err != nil {
		return fmt.Errorf("the configuration that was made of what was read does not load: %w", err)
	}
	switch err := app.NewFile(o.out, text, 0o644); { // as a configuration that a person has written
	case errors.Is(err, fs.ErrExist):
		return taken(o.out)
	case err != nil:
		return fmt.Errorf("write the configuration: %w", err)
	}
	if err := view.Survey(env.IO, p.Report(view.Name(o.out))); err != nil {
		return err
	}
	fmt.Fprint(env.IO.Err, problems.String())
	fmt.Fprintf(env.IO.Err, "wrote %s\n", view.Name(o.out))
	return nil
}
