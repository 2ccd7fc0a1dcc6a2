namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// Wrong or missing configuration, in the words of the kubelet, the API server and programs in several languages.
/// </summary>
internal static class ConfigurationFamilies
{
    public static IEnumerable<Family> All { get; } =
    [
        new(
            "config.missing-configmap",
            "env-from",
            s =>
                s.CreateFails(
                    $"configmap \"{s.App}-settings\" not found",
                    $$"""{"envFrom":[{"configMapRef":{"name":"{{s.App}}-settings"} }]}"""
                )
        ),
        new(
            "config.missing-secret",
            "tls-volume",
            s =>
                s.MountFails(
                    $"MountVolume.SetUp failed for volume \"tls\" : secret \"{s.App}-tls\" not found",
                    $$"""{"volumes":[{"name":"tls","secret":{"secretName":"{{s.App}}-tls"} }]}""",
                    """{"volumeMounts":[{"name":"tls","mountPath":"/tls"}]}"""
                )
        ),
        new(
            "config.missing-key",
            "configmap-key",
            s =>
            {
                s.Add("ConfigMap", $"{s.App}-env", """{"data":{"LOG_LEVEL":"info"}}""");
                s.CreateFails(
                    $"couldn't find key FEATURE_FLAGS in ConfigMap {s.Ns}/{s.App}-env",
                    $$"""
                    {"env":[{"name":"FLAGS","valueFrom":{"configMapKeyRef":{"name":"{{s.App}}-env",
                    "key":"FEATURE_FLAGS"} } }]}
                    """
                );
            }
        ),
        new(
            "config.missing-env",
            "python-keyerror",
            s =>
                s.Crashes(
                    1,
                    """{"env":[{"name":"PORT","value":"8080"}]}""",
                    "Traceback (most recent call last):",
                    "  File \"/app/main.py\", line 14, in <module>",
                    "    dsn = os.environ[\"DATABASE_URL\"]",
                    "  File \"/usr/lib/python3.12/os.py\", line 685, in __getitem__",
                    "    raise KeyError(key) from None",
                    "KeyError: 'DATABASE_URL'"
                )
        ),
        new(
            "config.missing-env",
            "spring-placeholder",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "2026-11-24T10:55:01.123Z  INFO 1 --- [main] com.acme.Application : Starting "
                        + "Application using Java 21",
                    "org.springframework.beans.factory.BeanCreationException: Error creating bean with "
                        + "name 'paymentClient'",
                    "Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder "
                        + "'PAYMENT_API_URL' in value \"${PAYMENT_API_URL}\""
                )
        ),
        new(
            "config.missing-env",
            "go-envconfig",
            s => s.Crashes(1, "{}", "2026/11/24 10:55:01 required key SIGNING_KEY missing value")
        ),
        new(
            "config.bad-value",
            "go-url",
            s =>
                s.Crashes(
                    2,
                    """{"env":[{"name":"UPSTREAM_URL","value":"http//api.internal:80"}]}""",
                    "level=fatal msg=\"invalid UPSTREAM_URL\" err=\"parse \\\"http//api.internal:80\\\": "
                        + "first path segment in URL cannot contain colon\""
                )
        ),
        new(
            "config.bad-value",
            "python-int",
            s =>
                s.Crashes(
                    1,
                    """{"env":[{"name":"WORKERS","value":"four"}]}""",
                    "Traceback (most recent call last):",
                    "  File \"/app/server.py\", line 9, in <module>",
                    "    workers = int(os.environ[\"WORKERS\"])",
                    "ValueError: invalid literal for int() with base 10: 'four'"
                )
        ),
        new(
            "config.bad-credentials",
            "mysql",
            s =>
                s.Crashes(
                    1,
                    """{"env":[{"name":"DB_HOST","value":"mysql.data"}]}""",
                    "ERROR 1045 (28000): Access denied for user 'shop'@'10.244.3.17' (using password: YES)",
                    "failed to open database, giving up"
                )
        ),
        new(
            "config.bad-credentials",
            "redis-acl",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "ReplyError: WRONGPASS invalid username-password pair or user is disabled.",
                    "    at parseError (/app/node_modules/redis-parser/lib/parser.js:179:12)"
                )
        ),
        new(
            "config.bad-credentials",
            "rabbitmq",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "pika.exceptions.ProbableAuthenticationError: ConnectionClosedByBroker: (403) "
                        + "'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For "
                        + "details see the broker logfile.'"
                )
        ),
        new(
            "config.bad-command",
            "not-executable",
            s =>
            {
                var e =
                    "failed to create containerd task: failed to create shim task: OCI runtime create "
                    + "failed: runc create failed: unable to start container process: error during "
                    + "container init: exec: \"/app/entrypoint.sh\": permission denied: unknown";
                var p = s.Run(
                    Scene.Waiting("CrashLoopBackOff", "back-off 2m40s restarting failed container"),
                    Scene.Terminated(126, "StartError", e),
                    """{"command":["/app/entrypoint.sh"]}""",
                    restarts: 5
                );
                s.Warn("Pod", p, "Failed", $"Error: {e}");
                s.Blame();
            }
        ),
        new(
            "config.bad-command",
            "shell-not-found",
            s => s.Crashes(127, """{"command":["sh","-c","gunicorn app:app"]}""", "sh: 1: gunicorn: not found")
        ),
        new(
            "config.invalid-file",
            "nginx-directive",
            s =>
            {
                s.Add("ConfigMap", $"{s.App}-conf", """{"data":{"default.conf":"server { lisen 80; }"}}""");
                s.CrashesIn(
                    $$"""{"volumes":[{"name":"conf","configMap":{"name":"{{s.App}}-conf"} }]}""",
                    1,
                    """{"volumeMounts":[{"name":"conf","mountPath":"/etc/nginx/conf.d"}]}""",
                    "2026/11/24 10:55:01 [emerg] 1#1: unknown directive \"lisen\" in "
                        + "/etc/nginx/conf.d/default.conf:1",
                    "nginx: [emerg] unknown directive \"lisen\" in /etc/nginx/conf.d/default.conf:1"
                );
            }
        ),
        new(
            "config.invalid-file",
            "prometheus-yaml",
            s =>
            {
                s.Add("ConfigMap", $"{s.App}-rules", """{"data":{"prometheus.yml":"global: [}"}}""");
                s.CrashesIn(
                    $$"""{"volumes":[{"name":"c","configMap":{"name":"{{s.App}}-rules"} }]}""",
                    2,
                    """{"volumeMounts":[{"name":"c","mountPath":"/etc/prometheus"}]}""",
                    "ts=2026-11-24T10:55:01.1Z caller=main.go:537 level=error msg=\"Error loading config "
                        + "(--config.file=/etc/prometheus/prometheus.yml)\" "
                        + "file=/etc/prometheus/prometheus.yml err=\"parsing YAML file "
                        + "/etc/prometheus/prometheus.yml: yaml: line 12: mapping values are not allowed in "
                        + "this context\""
                );
            }
        ),
        new(
            "config.liveness-probe-wrong",
            "http-404",
            s =>
            {
                var p = s.Run(
                    Scene.Running(1),
                    Scene.Terminated(137, seconds: 90),
                    """
                    {"ports":[{"containerPort":8080}],"livenessProbe":{"httpGet":{"path":"/live","port":8080},
                    "periodSeconds":10,"failureThreshold":3}}
                    """,
                    restarts: 21,
                    ready: true
                );
                s.Warn("Pod", p, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 404");
                s.Event("Pod", p, "Killing", "Container main failed liveness probe, will be restarted", "Normal", 3);
                s.Log(
                    p,
                    true,
                    "listening on :8080",
                    "GET /health 200 1ms",
                    "GET /live 404 0ms",
                    "GET /live 404 0ms",
                    "received SIGTERM, draining"
                );
                s.Log(p, false, "listening on :8080", "GET /live 404 0ms");
                s.Blame();
            }
        ),
        new(
            "config.readiness-probe-wrong",
            "tcp-port",
            s =>
            {
                var p = s.Run(
                    Scene.Running(),
                    container: """
                    {"ports":[{"containerPort":3000}],"readinessProbe":{"tcpSocket":{"port":8080},
                    "periodSeconds":10}}
                    """
                );
                s.Warn(
                    "Pod",
                    p,
                    "Unhealthy",
                    "Readiness probe failed: dial tcp 10.244.0.9:8080: connect: connection refused"
                );
                s.Log(p, false, "> next start", "ready - started server on 0.0.0.0:3000");
                s.Blame();
            }
        ),
        new(
            "config.startup-too-slow",
            "migrations",
            s =>
            {
                var p = s.Run(
                    Scene.Running(1),
                    Scene.Terminated(143, seconds: 35),
                    """
                    {"ports":[{"containerPort":8000}],"livenessProbe":{"httpGet":{"path":"/healthz","port":8000},
                    "initialDelaySeconds":5,"periodSeconds":10,"failureThreshold":3}}
                    """,
                    restarts: 12
                );
                s.Warn(
                    "Pod",
                    p,
                    "Unhealthy",
                    "Liveness probe failed: Get \"http://10.244.0.9:8000/healthz\": dial tcp "
                        + "10.244.0.9:8000: connect: connection refused"
                );
                s.Event("Pod", p, "Killing", "Container main failed liveness probe, will be restarted", "Normal", 2);
                s.Log(
                    p,
                    true,
                    "Applying migration 0012_add_index... (1/40)",
                    "Applying migration 0013_backfill... (2/40)",
                    "Loading catalogue into cache, 12 % done"
                );
                s.Log(p, false, "Applying migration 0012_add_index... (1/40)");
                s.Blame();
            }
        ),
        new(
            "config.rbac-denied",
            "client-go-reflector",
            s =>
                s.CrashesIn(
                    $$"""{"serviceAccountName":"default"}""",
                    1,
                    "{}",
                    $"W1124 10:55:01.112233 1 reflector.go:561] "
                        + $"k8s.io/client-go/informers/factory.go:160: failed to list *v1.ConfigMap: configmaps "
                        + $"is forbidden: User \"system:serviceaccount:{s.Ns}:default\" cannot list resource "
                        + $"\"configmaps\" in API group \"\" in the namespace \"{s.Ns}\"",
                    "E1124 10:55:31.112233 1 main.go:88] timed out waiting for caches to sync"
                )
        ),
        new(
            "config.rbac-denied",
            "python-client",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "kubernetes.client.exceptions.ApiException: (403)",
                    "Reason: Forbidden",
                    "HTTP response body: {\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
                        + "\"message\":\"jobs.batch is forbidden: User "
                        + $"\\\"system:serviceaccount:{s.Ns}:default\\\" cannot create resource \\\"jobs\\\" in API "
                        + $"group \\\"batch\\\" in the namespace \\\"{s.Ns}\\\"\","
                        + "\"reason\":\"Forbidden\",\"code\":403}"
                )
        ),
        new(
            "config.service-account-missing",
            "lookup",
            s =>
                s.PodsRefused(
                    $"error looking up service account {s.Ns}/{s.App}-sa: serviceaccount \"{s.App}-sa\" not found",
                    pod: $$"""{"serviceAccountName":"{{s.App}}-sa"}"""
                )
        ),
        new(
            "config.security-context-denied",
            "pod-security",
            s =>
                s.PodsRefused(
                    "violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false "
                        + "(container \"main\" must set securityContext.allowPrivilegeEscalation=false), "
                        + "runAsNonRoot != true (pod or container \"main\" must set "
                        + "securityContext.runAsNonRoot=true)"
                )
        ),
        new(
            "config.security-context-denied",
            "nginx-cache",
            s =>
                s.Crashes(
                    1,
                    """{"securityContext":{"runAsUser":101,"runAsNonRoot":true,"readOnlyRootFilesystem":true}}""",
                    "2026/11/24 10:55:01 [emerg] 1#1: mkdir() \"/var/cache/nginx/client_temp\" failed "
                        + "(30: Read-only file system)",
                    "nginx: [emerg] mkdir() \"/var/cache/nginx/client_temp\" failed (30: Read-only file system)"
                )
        ),
        new(
            "config.admission-denied",
            "gatekeeper",
            s =>
                s.PodsRefused(
                    "admission webhook \"validation.gatekeeper.sh\" denied the request: "
                        + "[must-have-limits] container <main> has no resource limits"
                )
        ),
        new(
            "config.admission-denied",
            "kyverno",
            s =>
                s.PodsRefused(
                    $"admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource "
                        + $"Pod/{s.Ns}/{s.App} was blocked due to the following policies \n\n"
                        + $"disallow-latest-tag:\n  require-image-tag: 'validation error: An image tag is "
                        + $"required. rule require-image-tag failed at path /spec/containers/0/image/'"
                )
        ),
        new(
            "config.admission-webhook-down",
            "istio-injector",
            s =>
            {
                s.Add(
                    "MutatingWebhookConfiguration",
                    null,
                    "istio-sidecar-injector",
                    $$"""
                    {"webhooks":[{"name":"namespace.sidecar-injector.istio.io","failurePolicy":"Fail",
                    "clientConfig":{"service":{"namespace":"{{s.Ns}}","name":"istiod","path":"/inject"} } }]}
                    """
                );
                s.Service("istiod");
                s.PodsRefused(
                    "Internal error occurred: failed calling webhook "
                        + "\"namespace.sidecar-injector.istio.io\": failed to call webhook: Post "
                        + "\"https://istiod."
                        + s.Ns
                        + ".svc:443/inject?timeout=10s\": no endpoints available for service \"istiod\""
                );
                s.Blame("MutatingWebhookConfiguration", "istio-sidecar-injector", s.App);
            }
        ),
        new(
            "config.volume-mount-wrong",
            "file-onto-directory",
            s =>
            {
                var e =
                    "failed to create containerd task: failed to create shim task: OCI runtime create "
                    + "failed: runc create failed: unable to start container process: error during "
                    + "container init: error mounting "
                    + "\"/var/lib/kubelet/pods/6b/volume-subpaths/conf/main/0\" to rootfs at \"/etc/app\": "
                    + "mount src=/var/lib/kubelet/pods/6b/volume-subpaths/conf/main/0, dst=/etc/app: not a "
                    + "directory: unknown";
                s.Add("ConfigMap", $"{s.App}-conf", """{"data":{"app.yaml":"a: 1"}}""");
                var p = s.Run(
                    Scene.Waiting("CrashLoopBackOff", "back-off"),
                    Scene.Terminated(128, "StartError", e),
                    """{"volumeMounts":[{"name":"conf","mountPath":"/etc/app","subPath":"app.yaml"}]}""",
                    $$"""{"volumes":[{"name":"conf","configMap":{"name":"{{s.App}}-conf"} }]}""",
                    restarts: 6
                );
                s.Warn("Pod", p, "Failed", $"Error: {e}");
                s.Blame();
            }
        ),
        new(
            "config.cronjob-suspended",
            "forgotten",
            s =>
            {
                s.Add(
                    "CronJob",
                    s.App,
                    """
                    {"spec":{"schedule":"0 3 * * *","suspend":true,
                    "jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"x"}]}}}}},
                    "status":{"lastScheduleTime":"2026-11-02T03:00:00Z"}}
                    """,
                    90000
                );
                s.Blame("CronJob");
            }
        ),
        new(
            "config.job-backoff-exhausted",
            "pods-gone",
            s =>
            {
                s.Add(
                    "Job",
                    s.App,
                    $$"""
                        {"spec":{"backoffLimit":4,"template":{"spec":{"containers":[{"name":"main","image":"x"}]} } },
                        "status":{"failed":5,
                        "conditions":[{{Scene.Condition(
                            "Failed",
                            "True",
                            "BackoffLimitExceeded",
                            "Job has reached the specified backoff limit",
                            90
                        )}}]} }
                        """
                );
                s.Warn("Job", s.App, "BackoffLimitExceeded", "Job has reached the specified backoff limit", 90);
                s.Blame("Job");
            }
        ),
    ];
}
