package quicksight

import (
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// made is the status of everything that is there.
const made = "CREATION_SUCCESSFUL"

// seconds is how REST-JSON writes a time.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// showVersion adds the only version of an asset that has versions.
func showVersion(c *call, a world.Asset, m members) {
	m["Version"] = members{"VersionNumber": 1, "Status": made, "CreatedTime": seconds(a.Updated)}
}

func briefVersioned(_ *call, _ world.Asset, m members) { m["LatestVersionNumber"] = 1 }

func showDashboard(c *call, a world.Asset, m members) {
	showVersion(c, a, m)
	version, _ := m["Version"].(members)
	version["Arn"], version["DataSetArns"] = c.qs.AssetARN(a)+"/version/1", arns(a.Uses)
	m["LastPublishedTime"] = seconds(a.Updated)
}

func briefDashboard(_ *call, a world.Asset, m members) {
	m["PublishedVersionNumber"], m["LastPublishedTime"] = 1, seconds(a.Updated)
}

// arns gives a list that is never null.
func arns(list []string) []string { return append([]string{}, list...) }

func showAnalysis(c *call, a world.Asset, m members) {
	briefAnalysis(c, a, m)
	m["DataSetArns"] = arns(a.Uses)
}

func briefAnalysis(_ *call, a world.Asset, m members) {
	m["Status"] = made
	if !a.RecoverableUntil.IsZero() {
		m["Status"] = "DELETED"
	}
}

func showDataSource(_ *call, a world.Asset, m members) {
	m["Status"] = made
	addType(a, m)
}

func addType(a world.Asset, m members) {
	if a.Type != "" {
		m["Type"] = a.Type
	}
}

func showConnector(_ *call, a world.Asset, m members) {
	m["Status"] = made
	addType(a, m)
	if a.Description != "" {
		m["Description"] = a.Description
	}
}

func showFolder(c *call, a world.Asset, m members) {
	briefFolder(c, a, m)
	var path []string
	for _, above := range c.qs.Ancestors(a, c.view())[1:] {
		path = append(path, c.qs.AssetARN(above))
	}
	if slices.Reverse(path); path != nil { // the API model has no empty path
		m["FolderPath"] = path
	}
}

func briefFolder(_ *call, a world.Asset, m members) {
	m["FolderType"], m["SharingModel"] = a.FolderType, a.SharingModel
}

// showTopic shows what is of the topic inside, and what is about it around it.
func showTopic(_ *call, a world.Asset, m members) {
	var sets []members
	for _, arn := range a.Uses {
		sets = append(sets, members{"DatasetArn": arn})
	}
	topic := members{"Name": a.Name, "DataSets": sets}
	if a.Description != "" {
		topic["Description"] = a.Description
	}
	if sets == nil {
		topic["DataSets"] = []members{}
	}
	m["Topic"] = topic
	for _, name := range []string{"Name", "CreatedTime", "LastUpdatedTime"} {
		delete(m, name)
	}
}

func briefTopic(_ *call, _ world.Asset, m members) {
	delete(m, "CreatedTime")
	delete(m, "LastUpdatedTime")
}

func showFlow(_ *call, a world.Asset, m members) {
	m["Description"], m["PublishState"], m["UserCount"], m["RunCount"] = a.Description, "PUBLISHED", 0, 0
}

func showTheme(c *call, a world.Asset, m members) {
	showVersion(c, a, m)
	m["Type"] = "CUSTOM"
}
