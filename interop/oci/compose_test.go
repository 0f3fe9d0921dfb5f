package oci

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// TestCompose reads deploy/compose.yml as Docker Compose does, and starts what it
// starts of kie-mcp.
func TestCompose(t *testing.T) {
	project := readProject(t)
	program := filepath.Join(t.TempDir(), "kie-mcp")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	config, err := os.ReadFile(project.Configs["nginx"].File)
	if err != nil {
		t.Fatal(err)
	}
	var replicas []string
	for _, name := range slices.Sorted(maps.Keys(project.Services)) {
		service := project.Services[name]
		checkHardening(t, service)
		if name == "nginx" {
			checkNginx(t, service, string(config))
			continue
		}
		replicas = append(replicas, name+service.Command[1])
		t.Run(name, func(t *testing.T) { startService(t, program, service) })
	}
	// What e2e tests is this file: nginx has to find both services by it.
	for _, upstream := range []string{"kie_mcp", "kie_mcp_sse"} {
		block := regexp.MustCompile(`(?s)upstream ` + upstream + ` \{.*?\}`).FindString(string(config))
		var servers []string
		for _, server := range regexp.MustCompile(`server (.*);`).FindAllStringSubmatch(block, -1) {
			servers = append(servers, server[1])
		}
		if !slices.Equal(servers, replicas) || len(replicas) != 2 {
			t.Errorf("%s is %v, and the services are %v", upstream, servers, replicas)
		}
	}
}

func readProject(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"../../deploy/compose.yml"}, cli.WithName("kie-mcp"))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// checkHardening checks what holds for each service.
func checkHardening(t *testing.T, s types.ServiceConfig) {
	t.Helper()
	if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") || s.Privileged {
		t.Errorf("%s: read_only %t, cap_drop %v, security_opt %v", s.Name, s.ReadOnly, s.CapDrop, s.SecurityOpt)
	}
	for name := range s.Environment {
		if !strings.HasSuffix(name, "_FILE") {
			t.Errorf("%s: the variable %s, where secrets come as files", s.Name, name)
		}
	}
	if ports := len(s.Ports); ports > 0 && s.Name != "nginx" {
		t.Errorf("%s: %d ports, which pass nginx by", s.Name, ports)
	}
}

// checkNginx checks that nginx has the files that its configuration names, and
// starts once kie-mcp is ready, again when that has got another address.
func checkNginx(t *testing.T, s types.ServiceConfig, config string) {
	t.Helper()
	for _, secret := range s.Secrets {
		if !strings.Contains(config, " "+secret.Target+";") {
			t.Errorf("nginx.conf does not read %s", secret.Target)
		}
	}
	if len(s.Secrets) != 2 || len(s.Configs) != 1 || s.Configs[0].Source != "nginx" {
		t.Errorf("nginx has the secrets %v and the files %v", s.Secrets, s.Configs)
	}
	for _, name := range []string{"kie-mcp-1", "kie-mcp-2"} {
		if on := s.DependsOn[name]; on.Condition != types.ServiceConditionHealthy || !on.Restart {
			t.Errorf("nginx does not wait for %s, or does not start again after it: %+v", name, on)
		}
	}
}

// startService starts the program as a service does, with secrets and a port of
// the test, and checks its health as the service does.
func startService(t *testing.T, program string, s types.ServiceConfig) {
	secrets := t.TempDir()
	for _, secret := range s.Secrets {
		if err := os.WriteFile(filepath.Join(secrets, secret.Source), []byte("a-secret-of-16-or-more\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, replaced(s.Command, ":8080", "127.0.0.1:0")...)
	for name, value := range s.Environment {
		cmd.Env = append(cmd.Env, name+"="+strings.Replace(*value, "/run/secrets", secrets, 1))
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(5*time.Second, func() { cmd.Process.Kill() }).Stop()
	var serving struct {
		MCP     string
		Token   bool
		Message string
	}
	if err := json.NewDecoder(stderr).Decode(&serving); err != nil || serving.Message != "serving" || !serving.Token {
		t.Fatalf("%v: %+v", err, serving)
	}
	address := strings.TrimSuffix(strings.TrimPrefix(serving.MCP, "http://"), "/mcp")
	test := s.HealthCheck.Test
	if len(test) < 2 || test[0] != "CMD" || test[1] != "/kie-mcp" {
		t.Fatalf("the health check is %q", test)
	}
	if out, err := exec.Command(program, replaced(test[2:], ":8080", address)...).CombinedOutput(); err != nil {
		t.Errorf("the health check: %v\n%s", err, out)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// replaced returns arguments with another in place of one.
func replaced(args []string, old, replacement string) []string {
	args = slices.Clone(args)
	for i := range args {
		if args[i] == old {
			args[i] = replacement
		}
	}
	return args
}
