using Doorward.Control.Audit.Entries;
using Doorward.Control.Audit.Personal;
using Doorward.Control.Audit.Tiles;
using Microsoft.Data.Sqlite;

namespace Doorward.Control.Audit.Verification;

/// <summary>Checks the values beside the log against the hashes in it. A value that is gone was erased, which is no fault.</summary>
internal sealed class PersonalCheck : IDisposable
{
    private PersonalReader? _reader;

    public PersonalCheck(LogFolder log)
    {
        try
        {
            _reader = PersonalReader.Open(log.Personal);
        }
        catch (SqliteException e)
        {
            Fail(null, $"it cannot be read: {e.Message}");
        }
    }

    /// <summary>Whether there were values to check.</summary>
    public bool Checked => _reader is not null;

    public AuditVerdict.Bad? Fault { get; private set; }

    public void Check(long first, List<ReadOnlyMemory<byte>> entries, string file)
    {
        if (_reader is null || Fault is not null)
        {
            return;
        }

        try
        {
            var values = _reader.Between(first, first + entries.Count);
            for (var i = 0; i < entries.Count && values.Count > 0; i++)
            {
                CheckEntry(first + i, entries[i], values);
            }
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or InvalidCastException)
        {
            Fail(first, $"the values of {file} cannot be read: {e.Message}");
        }
    }

    public void Dispose() => _reader?.Dispose();

    private void CheckEntry(long sequence, ReadOnlyMemory<byte> bytes, Dictionary<(long, string), PersonalValue> values)
    {
        using var entry = AuditEntry.Parse(bytes);
        foreach (var (field, commitment) in entry?.PersonalFields() ?? [])
        {
            if (values.TryGetValue((sequence, field), out var value) && value.Commitment() != commitment)
            {
                Fail(sequence, $"the value of {field} is not the one whose hash the record holds");
                return;
            }
        }
    }

    private void Fail(long? sequence, string why)
    {
        Fault ??= new AuditVerdict.Bad(AuditFault.Altered, sequence, "personal.db", why);
        _reader?.Dispose();
        _reader = null;
    }
}
