;;; memento-prompts-lanes.el --- Draw a day of prompts as text  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A lane is as wide as the window.  A prompt is one character at its time: its rating, or a dot as big as its text is long.
;; Where several fall together they stand in rows below each other.

;;; Code:

(require 'memento-prompts-day)

(defun memento--lanes-glyph (prompt)
  "Return the character that stands for PROMPT, without its face."
  (let ((rating (plist-get prompt :rating))
        (size (plist-get prompt :size)))
    (cond
     (rating (number-to-string rating))
     ((< size 0.34) (memento--glyph "·" "."))
     ((< size 0.67) (memento--glyph "•" "o"))
     (t (memento--glyph "●" "O")))))

(defun memento--lanes-cell (index)
  "Return the character of the prompt INDEX with its properties."
  (let* ((prompt (aref memento--timeline-prompts index))
         (face (memento--prompts-face (plist-get prompt :rating)))
         (face (if (>= (plist-get prompt :size) 0.67) (list face 'bold) (list face))))
    (propertize (memento--lanes-glyph prompt)
                'memento-bubble index
                'mouse-face 'highlight
                'help-echo (memento--prompts-say prompt)
                'face (if (eql index memento--timeline-selected) (append '(memento-prompts-selected bold) face) face))))

(defun memento--lanes-rows (lane column width)
  "Return the rows of LANE, vectors of WIDTH indices, by the function COLUMN."
  (let (rows)
    (dotimes (index (length memento--timeline-prompts))
      (let ((prompt (aref memento--timeline-prompts index)))
        (when (eql (plist-get prompt :lane) lane)
          (let* ((at (funcall column (plist-get prompt :time)))
                 (row (seq-find (lambda (row) (null (aref row at))) rows)))
            (unless row
              (setq row (make-vector width nil)
                    rows (append rows (list row))))
            (aset row at index)))))
    rows))

(defun memento--lanes-axis (left width ticks column)
  "Insert the hours TICKS, placed in WIDTH by COLUMN, after LEFT blanks."
  (let ((line (make-string (+ left 2) ?\s)))
    (pcase-dolist (`(,time . ,label) ticks)
      (let ((at (+ left (funcall column time))))
        (setq line (concat line (make-string (max 0 (- at (length line))) ?\s)))
        (when (and (<= at (length line)) (<= (+ at (length label)) (+ left width)))
          (setq line (concat (substring line 0 at) label)))))
    (insert (propertize line 'face 'shadow) "\n")))

(defun memento--lanes-insert (name left rows width grid)
  "Insert a lane: NAME in LEFT columns, then ROWS of WIDTH cells.
There are lines at the columns of the hash table GRID."
  (let ((bar (propertize (memento--glyph "┊" ":") 'face 'shadow)))
    (dolist (row rows)
      (insert (propertize (memento--cut name (1- left) t) 'face 'memento-prompts-project) " ")
      (setq name "")
      (dotimes (at width)
        (insert (cond ((aref row at) (memento--lanes-cell (aref row at)))
                      ((gethash at grid) bar)
                      (t " "))))
      (insert "\n"))))

(defun memento--lanes-draw ()
  "Draw the day as text, with point at the selected prompt."
  (let* ((window (get-buffer-window nil t))
         (start (and window (window-start window)))
         (columns (1- (window-body-width window)))
         (names (memento--timeline-lane-names))
         (left (+ 1 (min (max 4 (/ columns 5)) (apply #'max 4 (mapcar #'string-width names)))))
         (width (- columns left))
         (span (memento--timeline-span))
         (column (lambda (time)
                   (max 0 (min (1- width) (/ (* (- time (car span)) width) (- (cdr span) (car span)))))))
         (ticks (memento--timeline-hours span width 5))
         (grid (make-hash-table))
         (lane -1))
    (pcase-dolist (`(,time . ,_) ticks)
      (puthash (funcall column time) t grid))
    (erase-buffer)
    (when names
      (memento--lanes-axis left width ticks column)
      (dolist (name names)
        (memento--lanes-insert name left (memento--lanes-rows (setq lane (1+ lane)) column width) width grid))
      (insert "\n"))
    (insert (memento--timeline-preview columns))
    (when names
      (insert "\n " (memento--lanes-legend)))
    (goto-char (point-min))
    (when memento--timeline-selected
      (text-property-search-forward 'memento-bubble memento--timeline-selected t)
      (backward-char))
    (when window
      (set-window-start window (min start (point-max)) t)
      (set-window-point window (point))
      (when (> (count-lines (point-min) (point-max)) (window-body-height window))
        (memento--timeline-say)))))

(defun memento--lanes-legend ()
  "Return a line about what the characters mean."
  (propertize (format "%s %s %s longer   1-5 as you rated it"
                      (memento--glyph "·" ".") (memento--glyph "•" "o") (memento--glyph "●" "O"))
              'face 'shadow))

(autoload 'text-property-search-forward "text-property-search")

(provide 'memento-prompts-lanes)
;;; memento-prompts-lanes.el ends here
