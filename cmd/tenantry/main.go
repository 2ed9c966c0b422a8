// Command tenantry keeps one Amazon QuickSight namespace for each customer, and every person of IAM
// Identity Center registered in the right one. Package cli is the program; tenantry help describes it.
package main

import (
	"os"

	"github.com/tenantry/tenantry/internal/cli"
)

func main() { os.Exit(cli.Main()) }
