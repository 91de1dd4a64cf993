using Microsoft.Data.Sqlite;

namespace Doorward.Control.Audit.Personal;

/// <summary>Reads personal values beside a log, also while a writer is at work.</summary>
internal sealed class PersonalReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _range;

    private PersonalReader(SqliteConnection connection)
    {
        _connection = connection;
        _range = connection.CreateCommand();
        _range.CommandText = "SELECT sequence, field, salt, value FROM personal WHERE sequence >= $from AND sequence < $to";
        _range.Parameters.Add("$from", SqliteType.Integer);
        _range.Parameters.Add("$to", SqliteType.Integer);
    }

    /// <summary>Null when there is no file: a log can be passed on without its personal values.</summary>
    /// <exception cref="SqliteException">The file is not a database.</exception>
    public static PersonalReader? Open(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var source = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        var connection = new SqliteConnection(source.ToString());
        try
        {
            connection.Open();
            using var probe = connection.CreateCommand();
            probe.CommandText = "PRAGMA busy_timeout=5000; SELECT 1 FROM personal LIMIT 1;";
            probe.ExecuteScalar();
            return new PersonalReader(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The values of the records from <paramref name="from"/> up to, not including, <paramref name="to"/>.</summary>
    public Dictionary<(long Sequence, string Field), PersonalValue> Between(long from, long to)
    {
        Dictionary<(long, string), PersonalValue> values = [];
        _range.Parameters["$from"].Value = from;
        _range.Parameters["$to"].Value = to;
        using var rows = _range.ExecuteReader();
        while (rows.Read())
        {
            var value = new PersonalValue(rows.GetInt64(0), rows.GetString(1), rows.GetFieldValue<byte[]>(2), rows.GetString(3));
            values[(value.Sequence, value.Field)] = value;
        }

        return values;
    }

    public void Dispose()
    {
        _range.Dispose();
        _connection.Dispose();
    }
}
