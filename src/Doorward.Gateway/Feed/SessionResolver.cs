using System.Collections.Concurrent;
using Doorward.Core.Protocol;
using Doorward.Core.Sessions;
using Google.Protobuf;
using Grpc.Core;
using SessionsClient = Doorward.Core.Protocol.Sessions.SessionsClient;

namespace Doorward.Gateway.Feed;

/// <summary>
/// Finds the session behind a credential: from memory, or by asking the control plane once however many requests wait.
/// Refusals are remembered for a second, a bounded number of them, so that a loop with a dead cookie asks rarely.
/// </summary>
internal sealed class SessionResolver(ControlPlaneConnection connection, StateCell cell, SessionTable sessions, TimeProvider clock) : IDisposable
{
    private const int RefusalLimit = 10_000;
    private const int Attempts = 3;

    // Apart, so that a flood of tokens that nobody has keeps no cookie waiting.
    private readonly SemaphoreSlim _tokenPlaces = new(32);
    private readonly SemaphoreSlim _handlePlaces = new(64);
    private static readonly TimeSpan RefusalLife = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<CredentialKey, Lazy<Task<Resolution>>> _asking = new();
    private readonly ConcurrentDictionary<CredentialKey, (long At, SessionEnd? End)> _refusals = new();
    private readonly SessionsClient _client = new(connection.Channel);

    public bool Knows(CredentialKey key) => sessions.Find(key) is not null;

    /// <summary>The credential with its session held: the caller releases it.</summary>
    public ValueTask<Resolution> FindAsync(CredentialKey key, bool token, string host, CancellationToken cancellation) =>
        sessions.Find(key) is { } known && known.Session.TryHold()
            ? new ValueTask<Resolution>(Resolution.Of(known))
            : AskAsync(key, token, host, cancellation);

    /// <summary>Asks again for a session that outlived a snapshot, and ends it when it is no more or nobody can say in time.</summary>
    public async Task ConfirmAsync(LiveSession session)
    {
        var admission = Admission.TooOld;
        try
        {
            for (var attempt = 0; attempt < Attempts && admission == Admission.TooOld; attempt++)
            {
                var reply = await CallAsync(new ResolveRequest { SessionId = session.Id });
                if (reply is null || !await cell.WaitForAsync(reply.Revision, Patience, CancellationToken.None))
                    break;
                admission = reply.Found ? sessions.Confirm(reply) : Admission.Ended;
            }
        }
        finally
        {
            if (admission != Admission.Admitted)
                sessions.End(session);
        }
    }

    public void Dispose()
    {
        _tokenPlaces.Dispose();
        _handlePlaces.Dispose();
    }

    private async ValueTask<Resolution> AskAsync(CredentialKey key, bool token, string host, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (_refusals.TryGetValue(key, out var refused) && clock.GetElapsedTime(refused.At) < RefusalLife)
                return Resolution.Over(refused.End);

            // The shared question outlives the request that happened to ask first.
            var question = _asking.TryGetValue(key, out var asked) ? asked : await BeginAsync(key, token, host, cancellation);
            var answer = await question.Value.WaitAsync(cancellation);
            if (answer.Credential is null || answer.Credential.Session.TryHold())
                return answer;
        }

        return Resolution.Unavailable;
    }

    // So many at a time. The request waits for the place, and leaves the queue when it ends; what has been asked keeps it until the answer.
    private async Task<Lazy<Task<Resolution>>> BeginAsync(CredentialKey key, bool token, string host, CancellationToken cancellation)
    {
        var places = token ? _tokenPlaces : _handlePlaces;
        await places.WaitAsync(cancellation);
        var question = Question(key, token, host, places);
        var first = _asking.GetOrAdd(key, question);
        if (!ReferenceEquals(first, question))
            places.Release();
        return first;
    }

    // Lazy, so that it is asked only once it stands in the table and takes itself out after that.
    private Lazy<Task<Resolution>> Question(CredentialKey key, bool token, string host, SemaphoreSlim places) => new(() => Task.Run(async () =>
    {
        try
        {
            return await ResolveAsync(key, token, host);
        }
        finally
        {
            _asking.TryRemove(key, out _);
            places.Release();
        }
    }));

    private async Task<Resolution> ResolveAsync(CredentialKey key, bool token, string host)
    {
        var hash = UnsafeByteOperations.UnsafeWrap(key.ToHash());
        var request = token ? new ResolveRequest { TokenHash = hash, Host = host } : new ResolveRequest { HandleHash = hash, Host = host };
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var reply = await CallAsync(request);
            if (reply is null || !await cell.WaitForAsync(reply.Revision, Patience, CancellationToken.None))
                return Resolution.Unavailable;
            if (!reply.Found)
                return Refuse(key, reply.Ended is null ? null : SessionTable.EndOf(reply.Ended));
            switch (sessions.Admit(key, reply, out var credential))
            {
                case Admission.Admitted:
                    return Resolution.Of(credential!);
                case Admission.Ended:
                    return Refuse(key, null);
            }
        }

        return Resolution.Unavailable;
    }

    private Resolution Refuse(CredentialKey key, SessionEnd? end)
    {
        if (_refusals.Count >= RefusalLimit)
            _refusals.Clear();
        _refusals[key] = (clock.GetTimestamp(), end);
        return Resolution.Over(end);
    }

    private async Task<ResolveReply?> CallAsync(ResolveRequest request)
    {
        using var limit = new CancellationTokenSource(CallTimeout, clock);
        try
        {
            return await _client.ResolveAsync(request, cancellationToken: limit.Token);
        }
        catch (RpcException)
        {
            // Not reachable, or not willing: nobody is let in on a guess, and nobody is signed out by it either.
            return null;
        }
    }
}

/// <summary>
/// The answer to "whose credential is this?": somebody's, nobody's, or nobody can say now. Nobody's may have been somebody's, who is
/// told how their session ended.
/// </summary>
internal readonly record struct Resolution(ResolvedCredential? Credential, bool Reached, SessionEnd? End = null)
{
    public static readonly Resolution Unavailable = new(null, false);

    public static Resolution Over(SessionEnd? end) => new(null, true, end);

    public static Resolution Of(ResolvedCredential credential) => new(credential, true);
}
