//go:build !tenantry.lambda

package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/cli/demo"
	"github.com/tenantry/tenantry/internal/view"
)

// defaultListen is where the simulated AWS listens.
const defaultListen = "127.0.0.1:4599"

type simOptions struct{ listen, world, act string }

func newSim(env *Env) *cobra.Command {
	o := &simOptions{}
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Serve a simulated AWS on this machine",
		Long: `Serves a simulated AWS (QuickSight, Identity Store, IAM Identity Center, IAM, STS, SQS) until it
is interrupted, for tenantry, the AWS CLI and the SDKs: they use it when AWS_ENDPOINT_URL names it. It
takes any keys, and listens on the loopback interface only. Identity providers reach it by SCIM.

The world is a file in JSON or YAML, which docs/simulator.md describes. Without one it is that of
tenantry demo, or of the act that --act names.`,
		Example: `  tenantry sim
  tenantry sim --listen 127.0.0.1:0 --world world.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(cmd); err != nil {
				return err
			}
			return o.run(cmd.Context(), env)
		},
	}
	cmd.Flags().StringVar(&o.listen, "listen", defaultListen, "the loopback `ADDRESS` to listen at; port 0 is any that is free")
	cmd.Flags().StringVar(&o.world, "world", "", "the world's `FILE`")
	cmd.Flags().StringVar(&o.act, "act", "", "the world of this `ACT` of the demo: migrate")
	must(cmd.MarkFlagFilename("world", "yaml", "yml", "json"))
	must(cmd.RegisterFlagCompletionFunc("act", cobra.FixedCompletions([]string{"migrate"}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func (o *simOptions) validate(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	switch {
	case changed("act") && changed("world"):
		return usage("leave one of them out", "--act contradicts --world: each says which world it is")
	case changed("act") && o.act != "migrate":
		return usage("--act migrate; without it, the world is that of the first two acts", "--act %s: no act of the demo with a world of its own is called so", view.Quote(o.act))
	}
	return validateListen(o.listen)
}

// validateListen refuses what others on the network could reach.
func validateListen(address string) error {
	hint := "such as --listen " + defaultListen
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return usage(hint, "--listen: %v", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return usage(hint, "--listen %s is not a loopback address, and the simulator takes any keys", address)
	}
	return nil
}

func (o *simOptions) run(ctx context.Context, env *Env) error {
	seed, err := o.seed()
	if err != nil {
		return err
	}
	sim, err := awssim.Open(seed, awssim.Options{})
	if err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(o.world, "the demo's world"), err)
	}
	server, err := sim.Listen(o.listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.IO.Out, `The simulated AWS is listening on %[1]s; ^C ends it.

In another terminal (the keys are made up; nothing real is touched):
%[2]s`, server.URL, demo.Environment(server.URL))
	return server.Serve(ctx)
}

// seed reads the world.
func (o *simOptions) seed() ([]byte, error) {
	switch {
	case o.act != "":
		return demo.MigrateWorld, nil
	case o.world == "":
		return demo.World, nil
	}
	data, err := os.ReadFile(o.world)
	if err != nil {
		return nil, fmt.Errorf("read the world: %w", err)
	}
	switch filepath.Ext(o.world) {
	case ".yaml", ".yml":
		return jsonOfYAML(data)
	}
	return data, nil
}

// jsonOfYAML is a YAML document in the simulator's own language.
func jsonOfYAML(data []byte) ([]byte, error) {
	var world map[string]any
	if err := yaml.Unmarshal(data, &world); err != nil {
		return nil, fmt.Errorf("read the world: %w", err)
	}
	out, err := json.Marshal(world)
	if err != nil {
		return nil, fmt.Errorf("read the world: %w", err)
	}
	return out, nil
}
