package systemtest

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
	"pgregory.net/rapid"
)

