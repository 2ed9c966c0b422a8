package quicksight_test

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

// What boto3 and the AWS CLI sent, as they escape paths and write bodies, and the
// answers that they read as the results and the exceptions they should be.
func TestRecordedExchanges(t *testing.T) {
	b, err := os.ReadFile("testdata/boto3.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct {
		World     json.RawMessage
		Exchanges []struct {
			Request, Region, Body, Error string
			Status                       int
			Answer                       map[string]any
		}
	}
	if err := json.Unmarshal(b, &recorded); err != nil {
		t.Fatal(err)
	}
	// Tokens hold the time; this is when they were recorded.
	clock := func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	c := simtest.New(t, string(recorded.World), awssim.Options{Clock: clock})
	for i, e := range recorded.Exchanges {
		c.Region = e.Region
		a := c.Do(e.Request, e.Body)
		delete(a.Body, "RequestId")
		if a.Status != e.Status || a.ErrorType != e.Error || !reflect.DeepEqual(a.Body, e.Answer) {
			t.Errorf("%d: %s\n got %d %s %v\nwant %d %s %v", i, e.Request, a.Status, a.ErrorType, a.Body, e.Status, e.Error, e.Answer)
		}
	}
}
