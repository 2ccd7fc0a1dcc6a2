using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Tests.Model;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Tests.Investigations;

public sealed class RecoveryWatchTests
{
    private static readonly ResourceRef Secret = new("Secret", "shop", "checkout-db");
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero))
    {
        AutoAdvanceAmount = TimeSpan.Zero,
    };
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private static Finding Missing => Cases.Found("config.missing-secret", Cases.Pod, 0.95) with { About = Secret };

    private static Settings Of(params (ResourceRef Resource, string Path, string Value)[] fields) =>
        new(
            fields.ToDictionary(
                field => field.Resource,
                field =>
                    (IReadOnlyDictionary<string, string>)new Dictionary<string, string> { [field.Path] = field.Value }
            ),
            new HashSet<string> { "Secret", "Deployment" }
        );

    /// <summary>Looks at one evidence after the other, five seconds apart.</summary>
    private async Task<Recovery> FollowAsync(Settings before, Settings after, params Evidence[] seen)
    {
        var looks = 0;
        var source = new GivenEvidence(
            (_, _) =>
                Task.FromResult(
                    seen[Math.Min(looks++, seen.Length - 1)]
                        ?? throw new EvidenceUnavailableException("the API server is away")
                )
        );
        var watch = new RecoveryWatch(source, (_, _) => Task.FromResult(looks == 0 ? before : after), time);
        var evidence = Cases.Of(Cases.Deployment, Missing);
        var memory = new EpisodicMemory(MemoryStorage.InProcess(), new(), time);
        var investigation = await new Investigator(
            _ => Task.FromResult(memory),
            new(0, () => 1),
            new(null),
            time
        ).InvestigateAsync(
            new GivenEvidence(evidence),
            new("why is checkout crashing"),
            null,
            SilentSteps.Instance,
            token
        );
        var following = watch.FollowAsync(
            new("why is checkout crashing"),
            investigation,
            TimeSpan.FromSeconds(5),
            new Progress<string>(),
            token
        );
        while (!following.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
        return await following;
    }

    private static Evidence Failing => Cases.Of(Cases.Deployment, Missing);

    private static Evidence Well => Cases.Of(Cases.Deployment);

    [Fact]
    public async Task The_change_before_the_recovery_is_the_fix_and_confirms_a_diagnosis_without_it()
    {
        var recovery = await FollowAsync(Of(), Of((Secret, "version", "1")), Failing, Failing, Well, Well, Well);
        recovery.Changes.ShouldBe(["Secret shop/checkout-db was created"]);
        recovery.BearsOutDiagnosis.ShouldBeTrue();
    }

    [Fact]
    public async Task An_unrelated_change_is_reported_and_confirms_nothing()
    {
        var database = new ResourceRef("Deployment", "shop", "db");
        var recovery = await FollowAsync(
            Of((database, "spec.replicas", "0")),
            Of((database, "spec.replicas", "1")),
            Well,
            Well,
            Well
        );
        recovery.Changes.ShouldBe(["Deployment shop/db spec.replicas: 0 → 1"]);
        recovery.BearsOutDiagnosis.ShouldBeFalse();
    }

    [Fact]
    public async Task One_good_moment_between_two_crashes_is_no_recovery()
    {
        var source = new[] { Well, Failing, Well, Well, Failing, Well, Well, Well };
        (await FollowAsync(Of(), Of(), source)).Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Older_events_and_logs_do_not_prevent_a_recovery()
    {
        var past = Cases.Of(
            Cases.Deployment,
            Missing with
            {
                Source = "event Failed",
            },
            Missing with
            {
                Source = "log of the previous run",
            }
        );
        (await FollowAsync(Of(), Of(), past, past, past)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_resource_that_cannot_be_read_any_more_has_not_recovered()
    {
        var unreadable = Well with { Gaps = [new("pods", "forbidden")] };
        var source = new[] { Well, Well, unreadable, null, Well, Well, Well };
        var recovery = await FollowAsync(Of(), Of(), source!);
        recovery.At.ShouldBe(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(5 * source.Length));
    }

    [Fact]
    public void Findings_of_an_incomplete_reading_are_neither_new_nor_gone()
    {
        var empty = new Settings(
            new Dictionary<ResourceRef, IReadOnlyDictionary<string, string>>(),
            new HashSet<string>()
        );
        Settings.Between(empty, Of((Secret, "version", "1"))).ShouldBeEmpty();
        Settings.Between(Of((Secret, "version", "1")), empty).ShouldBeEmpty();
        Settings.Between(Of((Secret, "version", "1")), Of()).ShouldHaveSingleItem().Description.ShouldBe("was deleted");
    }
}
