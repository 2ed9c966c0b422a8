package main

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/config"
)

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

// configurationAt reads a configuration: a file, or a parameter or an object of the world's, which is locked.
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
	if object, found := strings.CutPrefix(place, "s3://"); found {
		bucket, key, _ := strings.Cut(object, "/")
		o, _ := w.Buckets.Object(bucket, key)
		return config.Parse(place, o.Body)
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
