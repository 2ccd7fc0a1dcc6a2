using MetaKube.Fakes.KubeLlm;

namespace MetaKube.Tests.KubeLlm;

/// <summary>
/// One llama-server for all tests that only ask it; they run one after the other, since each is told how much of it is
/// free.
/// </summary>
[CollectionDefinition(nameof(NanoServerFixture))]
public sealed class NanoServerFixture : ICollectionFixture<NanoServerFixture>, IAsyncLifetime
{
    private NanoServer? server;

    internal NanoServer Server
    {
        get
        {
            SkipWithout();
            return server!;
        }
    }

    public static void SkipWithout() =>
        Assert.SkipWhen(
            NanoServer.Program is null || NanoServer.Model is null,
            "METAKUBE_TEST_LLAMA and METAKUBE_TEST_MODEL name no llama-server and no model"
        );

    public async ValueTask InitializeAsync()
    {
        if (NanoServer.Program is not null && NanoServer.Model is not null)
            server = await NanoServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }
}
