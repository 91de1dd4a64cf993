using System.Globalization;
using System.Text;
using Doorward.Agent.Keys;

namespace Doorward.Agent.Posture;

/// <summary>
/// Numbers that the device's key uses once each: two reports with one number are what a cloned disk is known by. The file holds the last
/// number of a block that is set aside; whoever starts leaves a whole block out, so that a write that a power failure undid costs numbers and
/// repeats none.
/// </summary>
internal sealed class SequenceFile(string path)
{
    public const ulong Block = 1024;
    private readonly Lock _lock = new();
    private ulong _last;
    private ulong _reserved;

    public ulong Next()
    {
        lock (_lock)
        {
            if (_reserved == 0) _last = _reserved = Stored() + Block;
            if (_last == _reserved) Reserve(_reserved + Block);
            return ++_last;
        }
    }

    // Set aside only once it is written: a disk that is full gives no numbers.
    private void Reserve(ulong through)
    {
        PrivateFile.Replace(path, Encoding.ASCII.GetBytes(through.ToString(CultureInfo.InvariantCulture)));
        _reserved = through;
    }

    private ulong Stored()
    {
        if (!File.Exists(path)) return 0;
        return ulong.TryParse(Encoding.ASCII.GetString(PrivateFile.Read(path)), NumberStyles.None, CultureInfo.InvariantCulture, out var stored) && stored < long.MaxValue
            ? stored
            : throw new DeviceKeyException($"{path} does not hold a number: enrol this device again");
    }
}
