namespace Doorward.Gateway.Connections;

/// <summary>
/// Follows WebSocket frame headers through a byte stream (RFC 6455 section 5.2) to know where one frame ends and the next may begin.
/// Payloads are counted, never read. Mutable: keep it in a field.
/// </summary>
internal struct FrameFollower
{
    private const int CloseOpcode = 8;

    private ulong _payload;
    private ulong _lengthBytes;
    private int _headerRead;
    private int _headerSize;
    private int _lengthSize;
    private bool _close;

    /// <summary>Whether the next byte starts a frame.</summary>
    public readonly bool AtBoundary => _payload == 0 && _headerRead == 0;

    /// <summary>Whether a whole close frame has passed.</summary>
    public bool Closed { get; private set; }

    /// <summary>Takes all of <paramref name="data"/>.</summary>
    public void Advance(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0) data = data[AdvanceFrame(data)..];
    }

    /// <summary>Takes bytes up to the end of the current frame, or all; returns how many.</summary>
    public int AdvanceFrame(ReadOnlySpan<byte> data)
    {
        var taken = 0;
        while (taken < data.Length)
        {
            if (_payload > 0)
            {
                var part = (int)Math.Min(_payload, (ulong)(data.Length - taken));
                _payload -= (ulong)part;
                taken += part;
            }
            else
            {
                AdvanceHeader(data[taken++]);
            }

            if (!AtBoundary) continue;
            Closed |= _close;
            break;
        }

        return taken;
    }

    private void AdvanceHeader(byte value)
    {
        switch (_headerRead++)
        {
            case 0:
                _close = (value & 0x0F) == CloseOpcode;
                _headerSize = 2;
                _lengthBytes = 0;
                return;
            case 1:
                _lengthSize = (value & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
                if (_lengthSize == 0) _lengthBytes = (ulong)(value & 0x7F);
                _headerSize += _lengthSize + ((value & 0x80) == 0 ? 0 : 4);
                break;
            default:
                if (_headerRead - 2 <= _lengthSize) _lengthBytes = (_lengthBytes << 8) | value;
                break;
        }

        if (_headerRead < _headerSize) return;
        _payload = _lengthBytes;
        _headerRead = 0;
    }
}
