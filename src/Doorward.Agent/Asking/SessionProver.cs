using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.State;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.Asking;

/// <summary>
/// Signs for a session and tells the control plane, by the way that only this device has; the page never sees the signature. What is signed
/// names its purpose, device, session, origin and time: no text of the page's is signed that the control plane did not give for that.
/// </summary>
internal sealed class SessionProver(AgentRecord record, IDeviceKey key, ControlLink link, TimeProvider time)
{
    private const int LongestChallenge = 1024;
    private const int LongestSession = 64;
    private const int MostAMinute = 60;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);
    private static readonly DeviceProblem s_malformed = new("malformed", "The page asked for what the agent does not do.", "Load the page again.");
    private static readonly DeviceProblem s_tooOften = new("too-often", "Pages ask this agent more often than people sign in.", "Wait a minute.");
    private readonly Lock _gate = new();
    private long _begun = time.GetTimestamp();
    private int _asked;

    /// <summary>Null when the session is bound.</summary>
    public async Task<DeviceProblem?> ProveAsync(ProofRequest asked, CancellationToken ct)
    {
        if (!IsFit(asked)) return s_malformed;
        if (!TryCount()) return s_tooOften;
        try
        {
            var heard = await link.ProveAsync(Sign(asked), ct);
            return heard.Answer is not null ? null : heard.Problem ?? new DeviceProblem("silence", $"The agent could not tell: {heard.Silence}.", "Look at this machine's network, and try again.");
        }
        catch (DeviceKeyException error)
        {
            return new DeviceProblem("key", error.Message, "Ask your administrator.");
        }
    }

    private SignedProof Sign(ProofRequest asked)
    {
        var proof = JsonSerializer.SerializeToUtf8Bytes(
            new DeviceProof { Device = record.Device, Session = asked.Session, Challenge = asked.Challenge, Origin = record.Auth, Time = time.GetUtcNow() },
            DeviceJson.Default.DeviceProof);
        return new SignedProof { Proof = proof, Signature = key.SignHash(SHA256.HashData(SignedProof.ToBeSigned(proof))) };
    }

    private static bool IsFit(ProofRequest asked) =>
        asked.Session.Length is > 0 and <= LongestSession && asked.Challenge.Length is > 0 and <= LongestChallenge
        && !asked.Session.Concat(asked.Challenge).Any(static letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-' or '.' or ':' or '='));

    private bool TryCount()
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_begun) >= s_window) (_begun, _asked) = (time.GetTimestamp(), 0);
            return ++_asked <= MostAMinute;
        }
    }
}
