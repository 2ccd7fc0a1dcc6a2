using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster;

public sealed class PastedEvidenceTests
{
    private static Task<Investigation> AskAsync(string question, params string[] texts) =>
        MemorylessInvestigation.RunAsync(
            new PastedEvidence(
                [.. texts.Select((text, i) => new PastedEvidence.Paste($"paste-{i}.txt", text))],
                TimeProvider.System
            ),
            question,
            null,
            TestContext.Current.CancellationToken
        );

    private const string Describe = """
        Name:         checkout-7d9f6c5b8-x2x4z
        Namespace:    shop
        Priority:     0
        Node:         node-1/10.0.0.4
        Start Time:   Tue, 24 Nov 2026 10:35:00 +0000
        Labels:       app=checkout
                      pod-template-hash=7d9f6c5b8
        Annotations:  <none>
        Status:       Running
        Controlled By:  ReplicaSet/checkout-7d9f6c5b8
        Containers:
          app:
            Container ID:   containerd://abc
            Image:          shop/checkout:1.2
            Port:           8080/TCP
            State:          Waiting
              Reason:       CrashLoopBackOff
            Last State:     Terminated
              Reason:       OOMKilled
              Exit Code:    137
              Started:      Tue, 24 Nov 2026 10:36:00 +0000
              Finished:     Tue, 24 Nov 2026 10:36:02 +0000
            Ready:          False
            Restart Count:  4
            Limits:
              memory:  64Mi
            Environment:
              DB_URL:  postgres://db:5432/shop
        Conditions:
          Type              Status
          Initialized       True
          Ready             False
        Volumes:            <none>
        QoS Class:          Burstable
        Events:
          Type     Reason   Age                 From     Message
          ----     ------   ----                ----     -------
          Warning  BackOff  20s (x12 over 3m)   kubelet  Back-off restarting failed container
        """;

    [Fact]
    public async Task The_last_words_of_a_run_in_the_status_stand_for_its_log()
    {
        var answer = await AskAsync(
            "why does relay crash",
            """
            Name:             relay-0
            Namespace:        shop
            Status:           Running
            Containers:
              relay:
                Image:          relay:2
                State:          Waiting
                  Reason:       CrashLoopBackOff
                Last State:     Terminated
                  Reason:       Error
                  Message:      starting
            required environment variable RELAY_URL is not set

                  Exit Code:    1
                Ready:          False
                Restart Count:  5
            Events:             <none>
            """
        );
        answer.Diagnosis.Fault.ShouldBe(ConfigurationFaults.MissingEnv);
    }

    [Fact]
    public async Task A_described_pod_is_diagnosed_and_led_to_its_deployment()
    {
        var diagnosis = (await AskAsync("why does checkout restart", Describe)).Diagnosis;
        diagnosis.Fault.ShouldBe("resource.oom-killed");
        diagnosis.Resource.ShouldBe(new("Deployment", "shop", "checkout", "app"));
        diagnosis.RootCause.ShouldContain("64Mi");
    }

    [Fact]
    public async Task Events_below_a_description_are_read()
    {
        var text = Describe
            .Replace("CrashLoopBackOff", "ContainerCreating", StringComparison.Ordinal)
            .Replace("Status:       Running", "Status:       Pending", StringComparison.Ordinal)
            .Replace(
                "Warning  BackOff  20s (x12 over 3m)   kubelet  Back-off restarting failed container",
                "Warning  FailedMount  20s (x12 over 3m)   kubelet  MountVolume.SetUp failed for volume "
                    + "\"conf\" : configmap \"routes\" not found",
                StringComparison.Ordinal
            );
        var start = text.IndexOf("    Last State", StringComparison.Ordinal);
        text = text.Remove(start, text.IndexOf("    Ready:", StringComparison.Ordinal) - start)
            .Replace("Restart Count:  4", "Restart Count:  0", StringComparison.Ordinal);
        var diagnosis = (await AskAsync("why is checkout stuck", text)).Diagnosis;
        diagnosis.Fault.ShouldBe("config.missing-configmap");
        diagnosis.Findings[0].Source.ShouldBe("event FailedMount");
    }

    [Fact]
    public async Task A_table_of_pods_and_one_of_events_are_enough()
    {
        var text = """
            $ kubectl get pods -n shop
            NAME                        READY   STATUS             RESTARTS   AGE
            web-66f7d9c5b4-2xkqz        0/1     ImagePullBackOff   0          2m
            worker-5b66f7d4c-bbbbb      1/1     Running            0          3h

            $ kubectl get events -n shop
            LAST SEEN   TYPE      REASON    OBJECT                       MESSAGE
            30s         Warning   Failed    pod/web-66f7d9c5b4-2xkqz     Failed to pull image "shop/web:v9": MORE
            """.Replace("MORE", "rpc error: manifest unknown: manifest unknown", StringComparison.Ordinal);
        var investigation = await AskAsync("what is wrong", text);
        investigation.Diagnosis.Resource?.Object.ShouldBe(new("Deployment", "shop", "web"));
        investigation.Diagnosis.Fault.ShouldBe("image.not-found");
        investigation.Others.ShouldBeEmpty();
    }

    [Fact]
    public async Task Facts_that_a_table_lacks_are_listed_as_undecided_and_none_is_invented()
    {
        const string text = """
            NAMESPACE   NAME                         READY   STATUS             RESTARTS       AGE
            shop        cart-5c9d8f7b6d-4xk2p        0/1     CrashLoopBackOff   17 (2m ago)    65m
            shop        web-6b7c8d9f5-qwert          1/1     Running            0              3d
            pay         ledger-0                     0/1     Pending            0              10m
            pay         api-855d7c6b4d-zz4tk         0/1     OOMKilled          3 (30s ago)    5m
            """;
        var investigation = await AskAsync("what is wrong with the cluster?", text);
        investigation.Diagnosis.Fault.ShouldBe("resource.oom-killed");
        investigation.Diagnosis.Resource.ShouldBe(new("Deployment", "pay", "api"));
        investigation
            .Diagnosis.Remedies.SelectMany(remedy => remedy.Commands)
            .ShouldAllBe(command => !command.Contains("-c ", StringComparison.Ordinal));
        investigation
            .Others.Select(other => (other.Fault, other.Resource.Name))
            .ShouldBe([(Diagnosis.Unknown, "cart"), (Diagnosis.Unknown, "ledger-0")]);
    }

    [Fact]
    public async Task A_log_alone_is_read_as_that_of_a_program_that_fails()
    {
        var diagnosis = (
            await AskAsync(
                "why does it crash",
                "connecting to database\nFATAL: password authentication failed for user \"orders\"\n"
            )
        ).Diagnosis;
        diagnosis.Fault.ShouldBe("config.bad-credentials");
        diagnosis.Resource.ShouldBe(new("Log", null, "paste-0.txt"));
    }

    [Fact]
    public async Task A_log_beside_a_description_belongs_to_its_pod()
    {
        var crashed = Describe
            .Replace("OOMKilled", "Error", StringComparison.Ordinal)
            .Replace("137", "1", StringComparison.Ordinal);
        var diagnosis = (
            await AskAsync(
                "why does checkout restart",
                crashed,
                "starting\ndial tcp: lookup db on 10.0.0.10:53: no such host\n"
            )
        ).Diagnosis;
        diagnosis.Fault.ShouldBe("network.dependency-missing");
        diagnosis.Resource?.Name.ShouldBe("checkout");
    }

    [Fact]
    public async Task Objects_as_yaml_or_json_are_objects()
    {
        var yaml = """
            apiVersion: v1
            kind: Pod
            metadata: {name: a, namespace: shop}
            spec: {containers: [{name: app, image: "x"}]}
            status:
              phase: Pending
              containerStatuses:
              - name: app
                ready: false
                restartCount: 0
                image: x
                imageID: ""
                state: {waiting: {reason: InvalidImageName}}
            """;
        (await AskAsync("what is wrong", yaml)).Diagnosis.Fault.ShouldBe("image.invalid-name");
    }

    [Fact]
    public async Task Nothing_that_is_not_there_is_claimed_missing()
    {
        var service = """
            $ kubectl get svc -n shop
            NAME       TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
            checkout   ClusterIP   10.0.0.7     <none>        80/TCP    5d
            """;
        (await AskAsync("service checkout does not answer", service)).Diagnosis.NamesACause.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n\n")]
    public async Task An_empty_paste_cannot_be_read(string text) =>
        await Should.ThrowAsync<EvidenceUnavailableException>(() => AskAsync("what is wrong", text));

    [Theory]
    [InlineData("NAME READY STATUS\n\u0000\u0001\u0002")]
    [InlineData("{\"kind\": \"Pod\", ")]
    [InlineData("Name: x\nContainers:\n  app:\n    State:\n      Exit Code: 99999999999999\n")]
    [InlineData("apiVersion: v1\nkind: [Pod\n")]
    public async Task Broken_text_is_a_gap_or_an_answer_and_never_a_crash(string text)
    {
        try
        {
            (await AskAsync("what is wrong", text)).ShouldNotBeNull();
        }
        catch (EvidenceUnavailableException e)
        {
            e.Message.ShouldNotBeEmpty();
        }
    }
}
