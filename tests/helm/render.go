// Renders a chart as Helm does: with Go's templates, Sprig's functions, and the functions that Helm adds. No Helm binary
// is available where the tests run.
// render CHART RELEASE NAMESPACE [PATH=JSON]…
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

type versions []string

func (v versions) Has(version string) bool {
	for _, one := range v {
		if one == version {
			return true
		}
	}
	return false
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path string) map[string]interface{} {
	content, err := os.ReadFile(path)
	fail(err)
	values := map[string]interface{}{}
	fail(yaml.Unmarshal(content, &values))
	return values
}

func main() {
	chart, release, namespace := os.Args[1], os.Args[2], os.Args[3]
	values, about := read(filepath.Join(chart, "values.yaml")), read(filepath.Join(chart, "Chart.yaml"))
	apis := versions{}
	for _, argument := range os.Args[4:] {
		pair := strings.SplitN(argument, "=", 2)
		if pair[0] == "api" {
			apis = append(apis, pair[1])
			continue
		}
		var value interface{}
		fail(json.Unmarshal([]byte(pair[1]), &value))
		path, at := strings.Split(pair[0], "."), values
		for _, name := range path[:len(path)-1] {
			at = at[name].(map[string]interface{})
		}
		at[path[len(path)-1]] = value
	}

	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		fail(err)
		return strings.TrimSuffix(string(text), "\n")
	}
	functions["include"] = func(name string, data interface{}) (string, error) {
		var text bytes.Buffer
		err := all.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, fmt.Errorf("%s", message)
		}
		return value, nil
	}
	all.Funcs(functions)
	files, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	fail(err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		fail(err)
		_, err = all.New(filepath.Base(file)).Parse(string(content))
		fail(err)
	}
	data := map[string]interface{}{
		"Values": values,
		"Chart": map[string]interface{}{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
		"Release": map[string]interface{}{"Name": release, "Namespace": namespace, "Service": "Helm"},
		"Capabilities": map[string]interface{}{"APIVersions": apis},
	}
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasPrefix(name, "_") || name == "NOTES.txt" {
			continue
		}
		var text bytes.Buffer
		fail(all.ExecuteTemplate(&text, name, data))
		fmt.Printf("---\n# %s\n%s\n", name, text.String())
	}
}
