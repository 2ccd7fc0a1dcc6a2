namespace MetaKube.Evaluation.KubeFault;

/// <summary>Images that cannot be had, in the words of containerd, dockerd, CRI-O and several registries.</summary>
internal static class ImageFamilies
{
    public static IEnumerable<Family> All { get; } =
    [
        new(
            "image.not-found",
            "ghcr-tag",
            s =>
            {
                var i = s.Image("ghcr.io/acme");
                s.PullFails(
                    i,
                    $"failed to pull and unpack image \"{i}\": failed to resolve reference \"{i}\": {i}: not found"
                );
            }
        ),
        new(
            "image.not-found",
            "dockerd-manifest",
            s =>
            {
                var i = s.Image("acme");
                s.PullFails(
                    i,
                    $"Error response from daemon: manifest for {i} not found: manifest unknown: manifest unknown"
                );
            }
        ),
        new(
            "image.not-found",
            "crio-quay",
            s =>
            {
                var i = s.Image("quay.io/acme");
                s.PullFails(
                    i,
                    $"initializing source docker://{i}: reading manifest {i.Split(':')[^1]} in "
                        + $"{i.Split(':')[0]}: manifest unknown"
                );
            }
        ),
        new(
            "image.not-found",
            "ecr-repository",
            s =>
            {
                var i = s.Image("123456789012.dkr.ecr.eu-west-1.amazonaws.com");
                s.PullFails(
                    i,
                    $"rpc error: code = NotFound desc = failed to pull and unpack image \"{i}\": failed "
                        + $"to resolve reference \"{i}\": unexpected status from HEAD request to "
                        + $"https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/{s.App}/manifests/x: 404 "
                        + $"Not Found: name unknown: The repository with name '{s.App}' does not exist in the "
                        + $"registry with id '123456789012'"
                );
            }
        ),
        new(
            "image.registry-auth",
            "gar-token",
            s =>
            {
                var i = s.Image("europe-west1-docker.pkg.dev/acme-prod/apps");
                s.PullFails(
                    i,
                    $"failed to pull and unpack image \"{i}\": failed to resolve reference \"{i}\": "
                        + $"failed to authorize: failed to fetch oauth token: unexpected status from GET "
                        + $"request to "
                        + $"https://europe-west1-docker.pkg.dev/v2/token?scope=repository%3Aacme-prod: 403 "
                        + $"Forbidden"
                );
            }
        ),
        new(
            "image.registry-auth",
            "acr-anonymous",
            s =>
            {
                var i = s.Image("acme.azurecr.io");
                s.PullFails(
                    i,
                    $"rpc error: code = Unknown desc = failed to pull and unpack image \"{i}\": failed to "
                        + $"resolve reference \"{i}\": failed to authorize: failed to fetch anonymous token: "
                        + $"unexpected status: 401 Unauthorized"
                );
            }
        ),
        new(
            "image.registry-auth",
            "harbor-dockerd",
            s =>
            {
                var i = s.Image("harbor.acme.internal/team");
                s.PullFails(
                    i,
                    $"rpc error: code = Unknown desc = Error response from daemon: unauthorized: "
                        + $"unauthorized to access repository: team/{s.App}, action: pull",
                    pod: """{"imagePullSecrets":[{"name":"harbor"}]}"""
                );
                s.Add(
                    "Secret",
                    "harbor",
                    """{"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"e30="}}"""
                );
            }
        ),
        new(
            "image.registry-unreachable",
            "lookup",
            s =>
            {
                var i = s.Image("registry.corp.local");
                s.PullFails(
                    i,
                    $"failed to pull and unpack image \"{i}\": failed to resolve reference \"{i}\": "
                        + $"failed to do request: Head \"https://registry.corp.local/v2/{s.App}/manifests/x\": "
                        + $"dial tcp: lookup registry.corp.local on 10.96.0.10:53: no such host"
                );
            }
        ),
        new(
            "image.registry-unreachable",
            "plain-http",
            s =>
            {
                var i = s.Image("10.20.0.5:5000");
                s.PullFails(
                    i,
                    $"failed to pull and unpack image \"{i}\": failed to resolve reference \"{i}\": "
                        + $"failed to do request: Head \"https://10.20.0.5:5000/v2/{s.App}/manifests/x\": http: "
                        + $"server gave HTTP response to HTTPS client"
                );
            }
        ),
        new(
            "image.registry-unreachable",
            "handshake",
            s =>
            {
                var i = s.Image("registry-1.docker.io/acme");
                s.PullFails(
                    i,
                    "rpc error: code = Unknown desc = Error response from daemon: Get "
                        + "\"https://registry-1.docker.io/v2/\": net/http: TLS handshake timeout"
                );
            }
        ),
        new(
            "image.rate-limited",
            "hub",
            s =>
            {
                var i = s.Image("docker.io/acme");
                s.PullFails(
                    i,
                    $"failed to pull and unpack image \"{i}\": failed to copy: httpReadSeeker: failed "
                        + $"open: unexpected status code https://registry-1.docker.io/v2/acme/{s.App}"
                        + $"/manifests/sha256:aa: 429 Too Many Requests - Server message: toomanyrequests: You "
                        + $"have reached your unauthenticated pull rate limit. "
                        + $"https://www.docker.com/increase-rate-limit"
                );
            }
        ),
        new(
            "image.invalid-name",
            "upper-case",
            s =>
            {
                var i = $"registry.example.org/Acme/{s.App}:1.0";
                var e =
                    $"Failed to apply default image tag \"{i}\": couldn't parse image name \"{i}\": "
                    + $"invalid reference format: repository name (Acme/{s.App}) must be lowercase";
                s.PullFails(i, e, "InvalidImageName");
                s.Warn("Pod", s.Pod, "InspectFailed", e);
            }
        ),
        new(
            "image.never-pull-absent",
            "sideloaded",
            s =>
            {
                var i = s.Image("localhost");
                var e = $"Container image \"{i}\" is not present with pull policy of Never";
                var p = s.Run(
                    Scene.Waiting("ErrImageNeverPull", e),
                    container: $$"""{"image":"{{i}}","imagePullPolicy":"Never"}""",
                    phase: "Pending"
                );
                s.Warn("Pod", p, "ErrImageNeverPull", e);
                s.Warn("Pod", p, "Failed", "Error: ErrImageNeverPull");
                s.Blame();
            }
        ),
        new(
            "image.wrong-architecture",
            "exec-log",
            s => s.Crashes(1, "{}", $"exec /usr/local/bin/{s.App}: exec format error")
        ),
        new(
            "image.wrong-architecture",
            "old-runc",
            s => s.Crashes(1, "{}", "standard_init_linux.go:228: exec user process caused: exec format error")
        ),
        new(
            "image.wrong-architecture",
            "no-platform",
            s =>
            {
                var i = s.Image("ghcr.io/acme");
                s.PullFails(
                    i,
                    $"failed to pull and unpack image \"{i}\": no match for platform in manifest: not found"
                );
            }
        ),
    ];
}
