using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tpm;

/// <summary>
/// Speaks with one TPM, one command at a time. What was loaded is an object to dispose of: a TPM without a resource manager has room for
/// three.
/// </summary>
internal sealed class TpmConnection(ITpmTransport transport) : IDisposable
{
    private const ushort WithoutSessions = 0x8001;
    private const ushort WithSessions = 0x8002;
    private const int Header = 10;
    private readonly Lock _lock = new();
    private bool _isGone;

    public static TpmConnection Open(TpmAddress address) => new(address.Open());

    /// <summary>Whether the TPM stopped to answer; then nothing that was loaded is worth anything.</summary>
    public bool IsGone => _isGone;

    /// <summary>Sends a command, and returns the parameters of its response.</summary>
    public byte[] Execute(TpmCommand command, ReadOnlySpan<uint> handles, ReadOnlySpan<uint> sessions, TpmWriter? parameters) =>
        Send(command, handles, sessions, parameters, hasHandle: false).Parameters;

    /// <summary>The same, of a command whose response begins with a handle.</summary>
    public (uint Handle, byte[] Parameters) ExecuteForHandle(TpmCommand command, ReadOnlySpan<uint> handles, ReadOnlySpan<uint> sessions, TpmWriter parameters) =>
        Send(command, handles, sessions, parameters, hasHandle: true);

    public void Dispose() => transport.Dispose();

    private (uint Handle, byte[] Parameters) Send(
        TpmCommand command, ReadOnlySpan<uint> handles, ReadOnlySpan<uint> sessions, TpmWriter? parameters, bool hasHandle)
    {
        var body = Body(handles, sessions, parameters?.ToArray());
        var request = new TpmWriter()
            .UInt16(sessions.IsEmpty ? WithoutSessions : WithSessions)
            .UInt32((uint)(Header + body.Length))
            .UInt32((uint)command)
            .Raw(body)
            .ToArray();
        return Read(command, Exchange(request), hasHandle);
    }

    private byte[] Exchange(byte[] request)
    {
        lock (_lock)
        {
            if (_isGone) throw TpmException.Gone("it went away before");
            try
            {
                return transport.Exchange(request);
            }
            catch (TpmException)
            {
                // A response that comes too late would be taken for the next one.
                _isGone = true;
                throw;
            }
        }
    }

    // Handles, then the authorization of each (Part 1 section 18.4), then parameters. All passwords are empty, and sessions go on until flushed.
    private static byte[] Body(ReadOnlySpan<uint> handles, ReadOnlySpan<uint> sessions, ReadOnlySpan<byte> parameters)
    {
        var body = new TpmWriter();
        foreach (var handle in handles) body.UInt32(handle);
        if (!sessions.IsEmpty)
        {
            const byte continueSession = 1;
            var authorizations = new TpmWriter();
            foreach (var session in sessions) authorizations.UInt32(session).Sized([]).Byte(continueSession).Sized([]);
            var bytes = authorizations.ToArray();
            body.UInt32((uint)bytes.Length).Raw(bytes);
        }

        return body.Raw(parameters).ToArray();
    }

    private static (uint Handle, byte[] Parameters) Read(TpmCommand command, byte[] response, bool hasHandle)
    {
        var reader = new TpmReader(response);
        var tag = reader.UInt16();
        var length = reader.UInt32();
        var code = reader.UInt32();
        if (reader.RanOut || length != response.Length || tag is not (WithoutSessions or WithSessions)) throw TpmException.Unreadable("its header");
        if (code != TpmResponseCode.Success) throw TpmException.Refused(command.ToString(), code);
        var handle = hasHandle ? reader.UInt32() : 0;
        var parameters = (tag == WithSessions ? reader.Take((int)Math.Min(reader.UInt32(), int.MaxValue)) : reader.Rest()).ToArray();
        return reader.RanOut ? throw TpmException.Unreadable($"the response to {command}") : (handle, parameters);
    }
}
