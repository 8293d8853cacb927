<?php
/*
 * PHP as a judge of what the Python code reads and writes. One JSON request a line, one JSON answer a line.
 *
 *   {"do": "decode", "text": T}              what json_decode makes of T, as nested [key, value] pairs
 *   {"do": "replay", "text": T}              the cells that FooEvents Bookings would see
 *   {"do": "encode", "text": T, "style": S}  T written again as the plugin does: S is "form" or "sale"
 *   {"do": "date", "format": F, "day": "2026-08-04"}         a day in PHP's date format
 *   {"do": "instant", "wall": "2026-03-08 02:30", "zone": Z} a wall time as a Unix time
 */

function pairs($value)
{
    if (!is_array($value)) {
        return ['value' => $value, 'type' => gettype($value)];
    }
    $pairs = [];
    foreach ($value as $key => $inner) {
        $pairs[] = [(string) $key, pairs($inner)];
    }
    return $pairs;
}

/** Slots after FooEvents' own reading: keys in stored order, the later one wins. */
function replay(array $stored): array
{
    $slots = [];
    foreach ($stored as $slotId => $fields) {
        $slots[$slotId] = [];
        if (!is_array($fields)) {
            continue; // a foreach over a scalar only warns
        }
        foreach ($fields as $key => $value) {
            foreach (['_add_date' => 'date', '_zoom_id' => 'zoom_id', '_stock' => 'stock'] as $mark => $field) {
                if (str_contains((string) $key, $mark)) {
                    $slots[$slotId]['add_date'][str_replace($mark, '', (string) $key)][$field] = $value;
                    continue 2; // the slot's next key
                }
            }
            if ($key === 'add_time' && $value === 'enabled' && isset($slots[$slotId]['hour'], $slots[$slotId]['minute'])) {
                $period = empty($slots[$slotId]['period']) ? '' : ' ' . text($slots[$slotId]['period']);
                $time = text($slots[$slotId]['hour']) . ':' . text($slots[$slotId]['minute']) . $period;
                $slots[$slotId]['formatted_time'] = "($time)";
            }
            $slots[$slotId][$key] = $value;
        }
    }
    return $slots;
}

function text($value): string
{
    return is_array($value) ? '' : (string) $value;
}

function seats(array $date)
{
    $stock = $date['stock'] ?? '';
    if ($stock === '') {
        return 'unlimited';
    }
    return is_numeric($stock) ? (int) $stock : 'odd';
}

function cells(array $slots): array
{
    $cells = [];
    foreach ($slots as $slotId => $slot) {
        foreach (is_array($slot['add_date'] ?? null) ? $slot['add_date'] : [] as $dateId => $date) {
            if (is_array($date)) {
                $fields = array_map(fn ($key) => text($slot[$key] ?? ''), ['label', 'hour', 'minute', 'period', 'formatted_time']);
                $cells[] = [(string) $slotId, (string) $dateId, text($date['date'] ?? ''), $fields, seats($date)];
            }
        }
    }
    return $cells;
}

function answer(array $request)
{
    switch ($request['do']) {
        case 'decode':
            $value = json_decode($request['text'], true);
            return json_last_error() === JSON_ERROR_NONE ? ['pairs' => pairs($value)] : ['error' => json_last_error_msg()];
        case 'replay':
            $value = json_decode($request['text'], true);
            if (json_last_error() !== JSON_ERROR_NONE && $request['text'] !== '') {
                return ['error' => json_last_error_msg()];
            }
            try {
                return ['cells' => is_array($value) ? cells(replay($value)) : []];
            } catch (Error $error) {
                return ['stopped' => $error->getMessage()];
            }
        case 'encode':
            $flags = $request['style'] === 'sale' ? JSON_UNESCAPED_UNICODE : 0;
            return ['text' => json_encode(json_decode($request['text'], true), $flags)];
        case 'date':
            return ['text' => (new DateTime($request['day'], new DateTimeZone('UTC')))->format($request['format'])];
        case 'instant':
            return ['unix' => (new DateTime($request['wall'], new DateTimeZone($request['zone'])))->getTimestamp()];
    }
    return ['error' => 'unknown request'];
}

error_reporting(E_ERROR);
ini_set('display_errors', 'stderr');
while (($line = fgets(STDIN)) !== false) {
    echo json_encode(answer(json_decode($line, true, 2048)), 0, 2048), "\n";
    flush();
}
