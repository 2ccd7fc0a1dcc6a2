using MetaKube.Chat;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Tests.Chat;

/// <summary>An investigation whose answer has every section.</summary>
internal static class SampleAnswer
{
    public static readonly ResourceRef Deployment = new("Deployment", "shop", "checkout");

    private static readonly ResourceRef Pod = new("Pod", "shop", "checkout-7d9");

    private static readonly DateTimeOffset At = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    public static AnswerView View => AnswerView.Of(Investigation).WithNotes(Notes);

    public static IReadOnlyList<Note> Notes =>
        [new("n1", "Deployment shop/checkout", "moves on Friday", "cli:ada", At, null)];

    public static Investigation Investigation =>
        new()
        {
            Id = "261127-aaaaaaaaaa",
            Cluster = "prod",
            Question = "why is checkout crashing?",
            Target = Deployment,
            Pathway = Pathway.Analytical,
            Why = "memory's confidence 0.10, needs more than 0.75",
            Diagnosis = Diagnosis,
            Others = [new("image.not-found", new("Deployment", "shop", "mail"), "The image tag does not exist.")],
            Recollection = Recollection,
            Signature = new(
                new Dictionary<string, double>(),
                new HashSet<string> { "config.missing-secret@Deployment" }
            ),
            Prediction = new(null, null, 0.1, 0.75, Pathway.Analytical, 1, null, null, null),
            Runbooks =
            [
                new(
                    new()
                    {
                        Name = "checkout-secrets",
                        Title = "Checkout has no credentials",
                        Description = "Use when checkout cannot read its Secret.",
                        Origin = "/etc/metakube/knowledge/checkout.md",
                        Steps = [new("Ask the vault for the credentials.", ["kubectl -n shop get externalsecrets"])],
                    },
                    "for config.missing-secret",
                    ""
                ),
            ],
            LooksLike = [new(KnowledgeLibrary.BuiltIn.All[0], 0.5, "checkout-db: permission denied")],
            Gaps = [new("logs of Pod shop/checkout-7d9", "forbidden")],
            Timings = new(416, 18, 20, 454),
        };

    private static Finding Pending =>
        new()
        {
            Resource = Pod,
            Summary = "the pod does not start: it is Pending",
            Source = "status.phase",
            Quote = "Pending",
        };

    private static Diagnosis Diagnosis =>
        new()
        {
            Fault = "config.missing-secret",
            RootCause = "The container needs Secret checkout-db, which does not exist.",
            Resource = Deployment,
            Confidence = 0.96,
            Chain =
            [
                new(new("Secret", "shop", "checkout-db"), "does not exist"),
                new(Deployment, "0 of 1 replicas are available"),
            ],
            Findings =
            [
                new()
                {
                    Resource = Pod,
                    Summary = "the container needs Secret checkout-db",
                    Source = "status.containerStatuses[app].state.waiting.message",
                    Quote = "secret \"checkout-db\" not found",
                    // Any entry of the library: it brings the explanation.
                    Knowledge = "mongodb-no-avx",
                },
                Pending,
                new()
                {
                    Resource = Pod,
                    IsChange = true,
                    Summary = "revision 4 was rolled out 2 minutes before",
                    Source = "pod templates of revisions 3 and 4",
                    Quote = "envFrom: none -> checkout-db",
                },
            ],
            Remedies = [new("Create Secret checkout-db.", ["kubectl -n shop get secrets"], Risk.Low)],
            Prevention = ["Create Secrets before workloads."],
            Alternatives = [new("app.error", Deployment, 0.2)],
        };

    private static Recollection Recollection =>
        new()
        {
            Threshold = 0.75,
            Contraindicated = new HashSet<string> { "resource.oom-killed" },
            Memories =
            [
                new RecalledEpisode(
                    new()
                    {
                        Id = "261124-bbbbbbbbbb",
                        Question = "checkout down",
                        Vector = [],
                        Keys = [],
                        Cluster = "prod",
                        Resource = Deployment,
                        Answer = "config.missing-secret",
                        AnsweredCause = "The Secret was missing.",
                        At = At,
                        Fault = "config.missing-secret",
                        RootCause = "The Secret was missing.",
                        Outcome = Outcome.Fixed,
                        Fix = "created it from the vault",
                    },
                    0.92,
                    null,
                    0.1,
                    0.9
                ),
            ],
        };
}
