using System.Collections.Immutable;
using System.Net;
using Doorward.Core.Evidences;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;

namespace Doorward.Gateway.Feed;

/// <summary>One sign-in as this gateway follows it. Views are swapped by the applier; requests only read.</summary>
internal sealed class LiveSession(SessionView view)
{
    private const int Forgotten = -1;
    private SessionView _view = view;
    private SubjectCache? _subject;
    private NetworkCache? _network;
    private DeviceCache? _device;
    private ImmutableList<(IPAddress Address, string Client)> _strays = [];
    private long _lastUse;
    private int _holds;

    public string Id { get; } = view.Id;

    public string SubjectId { get; } = view.Subject.Id;

    public SessionAllowance Allowance { get; } = new();

    public SessionView View => Volatile.Read(ref _view);

    /// <summary>UTC ticks of the last request; 0 when there was none.</summary>
    public long LastUse => Volatile.Read(ref _lastUse);

    public IPAddress? LastAddress => Volatile.Read(ref _network)?.Evidence.Address;

    public void Replace(SessionView view) => Volatile.Write(ref _view, view);

    /// <summary>
    /// Keeps the session followed for as long as a request or grant stands on it. False when it has been forgotten
    /// already: changes would not reach it any more, so the credential must be resolved again.
    /// </summary>
    public bool TryHold()
    {
        for (var holds = Volatile.Read(ref _holds); holds != Forgotten; holds = Volatile.Read(ref _holds))
        {
            if (Interlocked.CompareExchange(ref _holds, holds + 1, holds) == holds)
                return true;
        }

        return false;
    }

    public void Release() => Interlocked.Decrement(ref _holds);

    /// <summary>Gives the session up, unless somebody stands on it.</summary>
    public bool TryForget() => Interlocked.CompareExchange(ref _holds, Forgotten, 0) is 0 or Forgotten;

    /// <summary>Second resolution, so that requests in parallel rarely write the same line of memory.</summary>
    public void Touch(DateTimeOffset now)
    {
        if (now.UtcTicks - LastUse > TimeSpan.TicksPerSecond)
            Volatile.Write(ref _lastUse, now.UtcTicks);
    }

    /// <summary>The subject's evidence under these groups, made once for as long as neither changes.</summary>
    public SubjectEvidence EvidenceOfSubject(SessionView view, GroupTable groups)
    {
        if (Volatile.Read(ref _subject) is { } cached && ReferenceEquals(cached.View, view) && ReferenceEquals(cached.Groups, groups))
            return cached.Evidence;
        var evidence = view.EvidenceOfSubject(groups);
        Volatile.Write(ref _subject, new SubjectCache(view, groups, evidence));
        return evidence;
    }

    /// <summary>The address's evidence, kept for the address last seen: most sessions have one.</summary>
    public NetworkEvidence EvidenceOfNetwork(IPAddress address, NetworkTable networks)
    {
        if (Volatile.Read(ref _network) is { } cached && ReferenceEquals(cached.Networks, networks) && cached.Evidence.Address.Equals(address))
            return cached.Evidence;
        var evidence = new NetworkEvidence(address, networks.Match(address));
        Volatile.Write(ref _network, new NetworkCache(networks, evidence));
        return evidence;
    }

    /// <summary>The evidence of the device that signed for it, made once for as long as nothing of it changes; null when none did.</summary>
    public DeviceEvidence? EvidenceOfDevice(SessionView view, GatewayState state, DeviceContacts contacts, RequestFacts facts)
    {
        if (view.DeviceId is not { } id) return null;
        if (state.DeviceOf(view) is not { } device) return new DeviceEvidence(id, Managed: false, Seen: true, Bound: false, Compliant: false);
        var isBound = device.Evidence.Managed && (facts.Device == id || contacts.IsBound(view, facts));
        var contact = contacts.Of(id);
        if (Volatile.Read(ref _device) is { } cached && ReferenceEquals(cached.View, device) && ReferenceEquals(cached.Contact, contact) && cached.Evidence.Bound == isBound)
            return cached.Evidence;
        var reported = contact is null || contact.At < device.Evidence.Reported ? device.Evidence.Reported : contact.At;
        var evidence = device.Evidence with { Bound = isBound, Reported = reported };
        Volatile.Write(ref _device, new DeviceCache(device, contact, evidence));
        return evidence;
    }

    /// <summary>Notes that it was used from where its device is not; true the first time of each place, of so many.</summary>
    public bool NoteStray(IPAddress address, string client)
    {
        const int most = 16;
        var place = (address, client);
        var known = Volatile.Read(ref _strays);
        return !known.Contains(place) && known.Count < most && ReferenceEquals(Interlocked.CompareExchange(ref _strays, known.Add(place), known), known);
    }

    private sealed record DeviceCache(DeviceView View, DeviceContact? Contact, DeviceEvidence Evidence);

    private sealed record SubjectCache(SessionView View, GroupTable Groups, SubjectEvidence Evidence);

    private sealed record NetworkCache(NetworkTable Networks, NetworkEvidence Evidence);
}

/// <summary>A resolved handle or token. A handle opens one host; a token opens the applications it names.</summary>
internal sealed record ResolvedCredential(CredentialKey Key, LiveSession Session, string Host, ImmutableArray<string> Applications, string TokenId)
{
    public bool IsToken => TokenId.Length > 0;
}
