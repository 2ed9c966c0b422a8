package constraint

import "testing"

func TestMessage(t *testing.T) {
	id := Text{Min: 1, Max: 4}.Pattern(`[0-9a-f]+`)
	name := Text{Min: 1, Max: 4, Sensitive: true}.Pattern(`[\p{L}\p{N}]+`)
	colour := Text{Enum: []string{"RED", "GREEN"}}
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	tests := []struct {
		name  string
		check func(c *Check)
		want  string
	}{
		{"nothing wrong", func(c *Check) { c.Required("id", text("ab"), id); c.Text("name", nil, name) }, ""},
		{"missing", func(c *Check) { c.Required("id", nil, id) },
			"1 validation error detected: Value null at 'id' failed to satisfy constraint: Member must not be null"},
		{"empty breaks pattern and length, as Identity Store says it", func(c *Check) { c.Required("id", text(""), id) },
			"2 validation errors detected: Value '' at 'id' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9a-f]+; " +
				"Value '' at 'id' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"the whole value must match", func(c *Check) { c.Text("id", text("ab!"), id) },
			"1 validation error detected: Value 'ab!' at 'id' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9a-f]+"},
		{"a newline at the end is not swallowed", func(c *Check) { c.Text("id", text("ab\n"), id) },
			"1 validation error detected: Value 'ab\n' at 'id' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9a-f]+"},
		{"characters are counted, not bytes", func(c *Check) { c.Text("name", text("żółw"), name) }, ""},
		{"a sensitive value is not repeated", func(c *Check) { c.Text("name", text("secret"), name) },
			"1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 4"},
		{"enum", func(c *Check) { c.Text("colour", text("BLUE"), colour) },
			"1 validation error detected: Value 'BLUE' at 'colour' failed to satisfy constraint: Member must satisfy enum value set: [RED, GREEN]"},
		{"number", func(c *Check) { c.Number("maxResults", number(101), 1, 100) },
			"1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100"},
		{"number zero", func(c *Check) { c.Number("maxResults", number(0), 1, 100) },
			"1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"list", func(c *Check) { c.List("groupIds", 0, 1, 100) },
			"1 validation error detected: Value at 'groupIds' failed to satisfy constraint: Member must have length greater than or equal to 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Check
			tt.check(&c)
			if got := c.Message(); got != tt.want {
				t.Errorf("message\n got %s\nwant %s", got, tt.want)
			}
			if c.OK() != (tt.want == "") {
				t.Errorf("OK() = %v beside message %q", c.OK(), c.Message())
			}
		})
	}
}

func TestPatternOfTheModels(t *testing.T) {
	tests := []struct {
		pattern, value string
		want           bool
	}{
		{`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`, "/aws-reserved/", true},
		{`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`, "/no end", false},
		{`[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`, "arn:aws:iam::1:role/😀", true},
		{`[\w+=,.@-]+`, "QuickSight-acme", true},
	}
	for _, tt := range tests {
		var c Check
		c.Text("at", &tt.value, Text{}.Pattern(tt.pattern))
		if c.OK() != tt.want {
			t.Errorf("%s on %q: ok %v, want %v", tt.pattern, tt.value, c.OK(), tt.want)
		}
	}
}
