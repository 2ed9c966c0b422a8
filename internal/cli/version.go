package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(env.IO.Out, buildVersion())
			return err
		},
	}
}

// buildVersion is the version of this program.
func buildVersion() string {
	info, _ := debug.ReadBuildInfo()
	return version(info)
}

// version is what the program knows of its own making. info is nil for a program that was built
// without modules.
func version(info *debug.BuildInfo) string {
	number, revision, modified := "unknown", "", ""
	if info != nil {
		if number = info.Main.Version; number == "" {
			number = "(devel)"
		}
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = ", commit " + s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = " with changes"
			}
		}
	}
	return fmt.Sprintf("tenantry %s (%s %s/%s%s%s)", number, runtime.Version(), runtime.GOOS, runtime.GOARCH, revision, modified)
}
