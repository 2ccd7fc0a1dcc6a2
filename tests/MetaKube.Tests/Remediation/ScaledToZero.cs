using System.Text.Json.Nodes;
using MetaKube.Fakes.Clusters;
using MetaKube.Model;

namespace MetaKube.Tests.Remediation;

/// <summary>Deployment orders in namespace shop of a simulated cluster, scaled to zero.</summary>
internal static class ScaledToZero
{
    /// <summary>The account that may change the cluster.</summary>
    public const string Account = "system:serviceaccount:metakube:metakube-remediation";

    public static readonly ResourceRef Orders = new("Deployment", "shop", "orders");

    public static readonly Change ScaleUp = new(Orders, """{"spec":{"replicas":1}}""");

    private const string Template = """
        {
          "metadata": { "labels": { "app": "orders" } },
          "spec": {
            "containers": [ { "name": "app", "image": "orders:2", "args": ["serve"] } ],
            "restartPolicy": "Always"
          }
        }
        """;

    public static void AddTo(SimulatedCluster cluster)
    {
        cluster.Add("Namespace", Parse("""{"metadata":{"name":"shop"},"status":{"phase":"Active"}}"""));
        cluster.Add(
            "Deployment",
            Parse(
                $$"""
                {
                  "metadata": {
                    "name": "orders", "namespace": "shop", "uid": "d-1", "generation": 1,
                    "creationTimestamp": "2026-11-24T10:35:51Z",
                    "annotations": { "deployment.kubernetes.io/revision": "2" }
                  },
                  "spec": {
                    "replicas": 0,
                    "selector": { "matchLabels": { "app": "orders" } },
                    "template": {{Template}}
                  },
                  "status": { "observedGeneration": 1 }
                }
                """
            )
        );
        AddReplicaSet(cluster, "orders-2", "2", "orders:2", 0);
        AddReplicaSet(cluster, "orders-1", "1", "orders:1", 0);
    }

    public static int ReplicasIn(SimulatedCluster cluster) =>
        (int)cluster.Find("Deployment", "shop", "orders")!["spec"]!["replicas"]!;

    /// <summary>Somebody else sets the number of replicas.</summary>
    public static void Scale(SimulatedCluster cluster, int replicas)
    {
        var deployment = cluster.Find("Deployment", "shop", "orders")!;
        deployment["spec"]!["replicas"] = replicas;
        cluster.Add("Deployment", deployment);
    }

    /// <summary>The controllers: status and pods follow the number of replicas.</summary>
    public static void Reconcile(SimulatedCluster cluster, JsonObject deployment, bool isHealthy)
    {
        var replicas = (int)deployment["spec"]!["replicas"]!;
        var ready = isHealthy ? replicas : 0;
        deployment["status"] = new JsonObject
        {
            ["observedGeneration"] = 1,
            ["replicas"] = replicas,
            ["updatedReplicas"] = replicas,
            ["readyReplicas"] = ready,
            ["availableReplicas"] = ready,
            ["unavailableReplicas"] = replicas - ready,
        };
        cluster.Add("Deployment", deployment);
        AddReplicaSet(cluster, "orders-2", "2", "orders:2", replicas);
        cluster.Remove("Pod", "shop", "orders-2-abcde");
        if (replicas > 0)
            cluster.Add("Pod", Pod(isHealthy));
    }

    private static void AddReplicaSet(
        SimulatedCluster cluster,
        string name,
        string revision,
        string image,
        int replicas
    )
    {
        var template = Parse(Template);
        template["spec"]!["containers"]![0]!["image"] = image;
        template["metadata"]!["labels"]!["pod-template-hash"] = name[^1..];
        cluster.Add(
            "ReplicaSet",
            Parse(
                $$"""
                {
                  "metadata": {
                    "name": "{{name}}", "namespace": "shop", "uid": "{{name}}",
                    "creationTimestamp": "2026-11-24T10:35:51Z",
                    "annotations": { "deployment.kubernetes.io/revision": "{{revision}}" },
                    "ownerReferences": [ {
                      "apiVersion": "apps/v1", "kind": "Deployment", "name": "orders", "uid": "d-1", "controller": true
                    } ]
                  },
                  "spec": {
                    "replicas": {{replicas}},
                    "selector": { "matchLabels": { "app": "orders" } },
                    "template": {{template.ToJsonString()}}
                  },
                  "status": { "replicas": {{replicas}}, "readyReplicas": {{replicas}} }
                }
                """
            )
        );
    }

    private static JsonObject Pod(bool isHealthy)
    {
        var ready = isHealthy ? "true" : "false";
        var state = isHealthy
            ? """{ "running": { "startedAt": "2026-11-24T10:35:51Z" } }"""
            : """{ "waiting": { "reason": "ImagePullBackOff", "message": "Back-off pulling image \"orders:2\"" } }""";
        return Parse(
            $$"""
            {
              "metadata": {
                "name": "orders-2-abcde", "namespace": "shop", "uid": "p-1",
                "creationTimestamp": "2026-11-24T10:35:51Z",
                "labels": { "app": "orders" },
                "ownerReferences": [ {
                  "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "orders-2", "uid": "orders-2",
                  "controller": true
                } ]
              },
              "spec": { "containers": [ { "name": "app", "image": "orders:2" } ], "restartPolicy": "Always" },
              "status": {
                "phase": "{{(isHealthy ? "Running" : "Pending")}}",
                "conditions": [ { "type": "Ready", "status": "{{(isHealthy ? "True" : "False")}}" } ],
                "containerStatuses": [ {
                  "name": "app", "image": "orders:2", "imageID": "", "ready": {{ready}}, "restartCount": 0,
                  "state": {{state}}
                } ]
              }
            }
            """
        );
    }

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
