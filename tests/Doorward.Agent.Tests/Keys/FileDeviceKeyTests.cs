using Doorward.Agent.Keys;
using Doorward.Core.Devices;

namespace Doorward.Agent.Tests.Keys;

public sealed class FileDeviceKeyTests : IDisposable
{
    private const string Machine = "4c4c45440042";
    private readonly string _directory = Directory.CreateTempSubdirectory("doorward-key-").FullName;

    private string KeyFile => Path.Combine(_directory, "device.key");

    [Fact]
    public void A_key_opens_on_the_machine_that_made_it()
    {
        using var made = FileDeviceKey.Create(KeyFile, Machine);
        using var opened = FileDeviceKey.Open(KeyFile, Machine);

        Assert.Equal(KeyAssurance.File, opened.Assurance);
        Assert.Equal(made.PublicKey.Q.X, opened.PublicKey.Q.X);
        Requests.Verify(opened);
    }

    [Fact]
    public void A_copy_of_the_file_does_not_open_on_another_machine()
    {
        FileDeviceKey.Create(KeyFile, Machine).Dispose();

        var error = Assert.Throws<DeviceKeyException>(() => FileDeviceKey.Open(KeyFile, "0f0f0f0f"));

        Assert.Contains("made on another machine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_changed_byte_and_any_missing_one_is_refused()
    {
        FileDeviceKey.Create(KeyFile, Machine).Dispose();
        var whole = File.ReadAllBytes(KeyFile);

        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            Refused(changed);
        }

        for (var length = 0; length < whole.Length; length += 7) Refused(whole[..length]);
        File.WriteAllBytes(KeyFile, whole);
        FileDeviceKey.Open(KeyFile, Machine).Dispose();
    }

    [Fact]
    public void Only_its_owner_may_read_it_and_one_that_others_may_read_is_refused()
    {
        FileDeviceKey.Create(KeyFile, Machine).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));

        foreach (var mode in (UnixFileMode[])[UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.OtherWrite])
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);
            Assert.Contains("may be read by others", Assert.Throws<DeviceKeyException>(() => FileDeviceKey.Open(KeyFile, Machine)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_key_that_is_there_is_never_written_over()
    {
        FileDeviceKey.Create(KeyFile, Machine).Dispose();
        var before = File.ReadAllBytes(KeyFile);

        Assert.Throws<DeviceKeyException>(() => FileDeviceKey.Create(KeyFile, Machine));

        Assert.Equal(before, File.ReadAllBytes(KeyFile));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void A_machine_without_an_id_gets_no_file()
    {
        Assert.Throws<DeviceKeyException>(() => FileDeviceKey.Create(KeyFile, ""));
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void A_key_that_is_not_there_is_said() =>
        Assert.Contains("cannot read", Assert.Throws<DeviceKeyException>(() => FileDeviceKey.Open(KeyFile, Machine)).Message, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Refused(byte[] bytes)
    {
        File.WriteAllBytes(KeyFile, bytes);
        Assert.Throws<DeviceKeyException>(() => FileDeviceKey.Open(KeyFile, Machine));
    }
}
