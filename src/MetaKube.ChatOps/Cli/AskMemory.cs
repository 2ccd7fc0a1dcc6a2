using MetaKube.Chat;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Cli;

/// <summary>
/// The memory of one <c>metakube ask</c>. Where the stored memory is off or does not answer, an empty one in this
/// process takes its place, and nothing is stored.
/// </summary>
internal sealed class AskMemory(MemoryAccess access, bool isOn, TimeProvider time)
{
    private const int MostIndexed = 64;

    private static readonly TimeSpan IndexTimeout = TimeSpan.FromSeconds(5);

    /// <summary>True while episodes are stored.</summary>
    public bool IsOn { get; private set; } = isOn;

    /// <summary>The gap in the answer where the store did not answer, or null.</summary>
    public Gap? Gap { get; private set; }

    public async Task<EpisodicMemory> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (IsOn)
                return await access.OpenAsync(cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            // The person on call gets the answer even if it cannot be stored.
            Gap = new("memory", $"{e.Message} This answer is not stored.");
            IsOn = false;
        }
        return new(MemoryStorage.InProcess(), new(), time);
    }

    /// <summary>The notes of people about the object or the fault of an answer; none where memory is off.</summary>
    public async Task<IReadOnlyList<Note>> NotesOfAsync(
        Investigation investigation,
        CancellationToken cancellationToken
    ) =>
        IsOn
            ? await new NoteStore(await access.ConnectAsync(cancellationToken), access.Keys).NotesOfAsync(
                Note.SubjectsOf(investigation),
                cancellationToken
            )
            : [];

    public async Task RememberAsync(Investigation investigation, CancellationToken cancellationToken)
    {
        if (!IsOn || !investigation.IsKept)
            return;
        var memory = await access.OpenAsync(cancellationToken);
        await memory.RememberAsync(investigation.ToAnsweredCase(), cancellationToken);
        await IndexAsync(memory, cancellationToken);
    }

    public async Task ObserveAsync(string investigation, Recovery recovery, CancellationToken cancellationToken)
    {
        if (!IsOn)
            return;
        var memory = await access.OpenAsync(cancellationToken);
        await memory.ObserveAsync(investigation, recovery, cancellationToken);
    }

    /// <summary>
    /// Spends a few seconds on the index of the embedding, after the answer was printed. Episodes that are left are
    /// indexed after the next question.
    /// </summary>
    private static async Task IndexAsync(EpisodicMemory memory, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(IndexTimeout);
        try
        {
            await memory.IndexEmbeddingsAsync(MostIndexed, SilentProgress.Instance, timeout.Token);
        }
#pragma warning disable CA1031 // A failure of the embedding must not fail a command that has answered.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // The index of signatures finds the episode in any case.
        }
    }
}
