namespace MetaKube.Fakes.Chat;

/// <summary>A failure of an API call.</summary>
internal enum FakeFault
{
    None,

    /// <summary>The connection is cut before anything is done.</summary>
    Down,

    /// <summary>It is done, and the connection is cut before the answer.</summary>
    LostAnswer,

    /// <summary>It is done, and the answer says internal_error.</summary>
    DoneButFailed,

    /// <summary>Nothing is done, and the answer says internal_error.</summary>
    Failed,

    /// <summary>429 with a Retry-After of one second.</summary>
    Limited,
}
